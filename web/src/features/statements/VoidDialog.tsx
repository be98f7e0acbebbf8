import { App } from "antd";
import { useMoneyAct } from "@/kit/act";
import { useT } from "@/kit/i18n";
import { ReasonDialog } from "@/kit/ReasonDialog";
import { STATEMENT_TOUCHES, voidStatement } from "./api";

/** Asks why a statement is taken back, and says what follows from it. */
export function VoidDialog(props: { statement: { id: string; no: string } | null; onClose: () => void }) {
  const t = useT();
  const { message } = App.useApp();
  const { statement, onClose } = props;
  const act = useMoneyAct({
    act: (reason: string, key) => voidStatement(statement?.id ?? "", reason, key),
    touches: STATEMENT_TOUCHES,
    onDone: () => {
      void message.success(t("statements.ui.voided", { no: statement?.no ?? "" }));
      onClose();
    },
  });
  const close = () => {
    act.reset();
    onClose();
  };
  return (
    <ReasonDialog
      open={statement !== null}
      title={t("statements.ui.void_title", { no: statement?.no ?? "" })}
      confirm={t("statements.ui.void")}
      danger
      busy={act.busy}
      problem={act.problem}
      onConfirm={act.run}
      onClose={close}
    >
      {t("statements.ui.void_text")}
    </ReasonDialog>
  );
}
