import { CopyOutlined } from "@ant-design/icons";
import { App, Button } from "antd";
import { copyText } from "./hooks";
import { useT } from "./i18n";

/** Copies a text and says so. */
export function CopyButton({ text, label, onCopied }: { text: string; label?: string; onCopied?: () => void }) {
  const t = useT();
  const { message } = App.useApp();
  return (
    <Button
      size="small"
      icon={<CopyOutlined aria-hidden />}
      onClick={async () => {
        if (!(await copyText(text))) return;
        void message.success(t("web.copy.done"));
        onCopied?.();
      }}
    >
      {label ?? t("web.copy.button")}
    </Button>
  );
}
