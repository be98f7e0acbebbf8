import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { useT } from "@/kit/i18n";
import { Page } from "@/kit/Page";
import { getStatement, statementsKey } from "./api";
import { StatementView } from "./StatementView";

/** One statement as a page. */
export function Component() {
  const t = useT();
  const { id = "" } = useParams();
  const query = useQuery({
    queryKey: [...statementsKey, "one", id],
    queryFn: ({ signal }) => getStatement(id, signal),
  });
  return (
    <Page title={t("statements.ui.statement", { no: query.data?.no ?? "" })}>
      <StatementView id={id} />
    </Page>
  );
}
