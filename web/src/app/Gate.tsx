import { lazy, Suspense } from "react";
import { Waiting } from "@/kit/Page";
import { SlotsContext } from "@/kit/slots";
import { SLOTS } from "./features";
import { useAppearance } from "./Root";
import { Shell } from "./Shell";

const LoginPage = lazy(() => import("./LoginPage"));
const SetupPage = lazy(() => import("./SetupPage"));

/** First set-up, then login, then the pages. */
export function Gate() {
  const { session } = useAppearance();
  if (session?.setupNeeded) {
    return (
      <Suspense fallback={<Waiting />}>
        <SetupPage codeNeeded={session.setupCodeNeeded} />
      </Suspense>
    );
  }
  if (!session?.user) {
    return (
      <Suspense fallback={<Waiting />}>
        <LoginPage demo={session?.demo ?? []} />
      </Suspense>
    );
  }
  // Another company is another set of books: nothing of the old one may stay on the screen.
  return (
    <SlotsContext value={SLOTS}>
      <Shell key={session.company?.id ?? ""} />
    </SlotsContext>
  );
}
