import {
  CheckCircleOutlined,
  ClockCircleOutlined,
  ExclamationCircleOutlined,
  MinusCircleOutlined,
  SyncOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";
import { useValueText } from "./i18n";

/** good = verified or settled; warn = wants attention; bad = overdue or refused; busy = under way; quiet = the rest. */
export type Tone = "good" | "warn" | "bad" | "busy" | "quiet";

const ICONS: Record<Tone, ReactNode> = {
  good: <CheckCircleOutlined aria-hidden />,
  warn: <ClockCircleOutlined aria-hidden />,
  bad: <ExclamationCircleOutlined aria-hidden />,
  busy: <SyncOutlined aria-hidden />,
  quiet: <MinusCircleOutlined aria-hidden />,
};

interface StateTagProps {
  /** Where the texts of the states are: `sales.state` finds `sales.state.posted`. */
  prefix: string;
  state: string;
  tones?: Readonly<Record<string, Tone>>;
}

/** A state as icon, word and colour. */
export function StateTag({ prefix, state, tones }: StateTagProps) {
  const word = useValueText();
  return <ToneTag tone={tones?.[state] ?? "quiet"}>{word(prefix, state)}</ToneTag>;
}

export function ToneTag({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={`state state-${tone}`}>
      {ICONS[tone]}
      {children}
    </span>
  );
}
