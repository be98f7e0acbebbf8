import { App } from "antd";
import { moneyText } from "@/kit/format";
import { useT } from "@/kit/i18n";
import type { PostedView } from "./api";

/** Tells that a document is posted, and if it went over a limit that only warns. */
export function usePostedMessage(): (posted: PostedView) => void {
  const t = useT();
  const { message } = App.useApp();
  return (posted) => {
    if (!posted.over_limit) {
      void message.success(t("sales.ui.posted", { no: posted.no }));
      return;
    }
    const limit = moneyText(posted.limit ?? "", { zero: "digits" });
    const exposure = moneyText(posted.exposure ?? "", { zero: "digits" });
    void message.warning(t("sales.ui.posted_over", { no: posted.no, limit, exposure }), 8);
  };
}
