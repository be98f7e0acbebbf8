import { createBrowserRouter } from "react-router";
import { Waiting } from "@/kit/Page";
import { FEATURES } from "./features";
import { Gate } from "./Gate";
import { NotFound } from "./NotFound";
import { PageError } from "./PageError";

/** Login and set-up are not routes: the gate shows them in place, so that the address one came for stays. */
export function makeRouter() {
  return createBrowserRouter([
    {
      element: <Gate />,
      errorElement: <PageError />,
      HydrateFallback: Waiting,
      children: [
        {
          errorElement: <PageError />,
          children: [...FEATURES.flatMap((feature) => feature.routes), { path: "*", element: <NotFound /> }],
        },
      ],
    },
  ]);
}
