import { Button } from "antd";
import { useState, type ReactNode } from "react";
import { useNavigate } from "react-router";
import type { Problem } from "@/api/problem";
import { usePreview, type RunningAct } from "@/kit/act";
import { EntryGrid, filledLines } from "@/kit/EntryGrid";
import { useHotkeys } from "@/kit/hooks";
import { useT } from "@/kit/i18n";
import { findProducts } from "@/kit/lookups";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { useSession } from "@/kit/session";
import type { PreviewView, SalesLineInput } from "./api";
import { CreditPanel } from "./CreditPanel";
import { DocumentHead, type Head } from "./DocumentHead";
import { blankLine, isBlankLine, isComplete, lineInputs, type EntryLine } from "./entry";
import { goodsColumns } from "./goodsColumns";
import { AskDialog, type Asking } from "./HoldNote";
import { ReceiptSlot, useHasReceipts } from "./ReceiptSlot";
import { waysOut } from "./refusals";
import "./sales.css";

/** What was entered, as it is sent. */
export interface Entered {
  head: Head;
  lines: SalesLineInput[];
}

/** `save` keeps the draft; `post` confirms an order, or posts a delivery or return; `release` only releases. */
export type Way = "save" | "post" | "release";

interface GoodsEditorProps {
  kind: "order" | "delivery" | "return";
  head: Head;
  lines: EntryLine[];
  previewKey: string;
  preview: (entered: Entered, signal: AbortSignal) => Promise<PreviewView>;
  act: RunningAct<{ way: Way; entered: Entered }, unknown>;
  /** The name of `post`; absent where the person may only save. */
  postLabel?: string;
  mayRelease?: boolean;
  /** The stored draft, for which leave may be asked where credit refuses it. */
  askFor?: Asking;
  /** More buttons, at the left. */
  children?: ReactNode;
}

/** Head, grid, total and exposure of a document whose lines stand for themselves. */
export function GoodsEditor(props: GoodsEditorProps) {
  const t = useT();
  const navigate = useNavigate();
  const { company } = useSession();
  const hasReceipts = useHasReceipts();
  const [head, setHead] = useState(props.head);
  const [lines, setLines] = useState(props.lines);
  const [receiving, setReceiving] = useState(false);
  const [asking, setAsking] = useState<Asking | null>(null);
  const { act, kind } = props;
  const filled = filledLines(lines, isBlankLine);
  const entered: Entered = { head, lines: lineInputs(filled, kind === "return") };
  const asked = head.customer && isComplete(filled) ? entered : null;
  const preview = usePreview<Entered, PreviewView>([props.previewKey], asked, props.preview);
  const problem: Problem | null = act.problem ?? preview.problem;
  const run = (way: Way) => {
    if (!act.busy) act.run({ way, entered });
  };
  const post = () => run(props.postLabel ? "post" : "save");
  useHotkeys({ "ctrl+enter": () => run("save"), "ctrl+shift+enter": post }, !receiving);
  return (
    <>
      <DocumentHead
        kind={kind}
        value={head}
        onChange={setHead}
        problem={act.problem}
        autoFocus={props.head.customer === null}
      />
      <div className="sales-body">
        <EntryGrid<EntryLine>
          lines={lines}
          onChange={setLines}
          columns={goodsColumns(t, lines, asked ? preview.data : undefined)}
          blank={blankLine}
          isBlank={isBlankLine}
          findProducts={findProducts}
          onSave={() => run("save")}
          onPost={post}
          problem={problem}
          stale={preview.stale}
        />
        <div className="sales-side">
          <CreditPanel preview={asked ? preview.data : undefined} stale={preview.stale} />
          <ProblemAlert
            problem={problem}
            onRetry={post}
            actions={(refusal) =>
              waysOut(refusal, {
                t,
                customerId: head.customer?.id,
                navigate: (to) => void navigate(to),
                register: hasReceipts ? () => setReceiving(true) : undefined,
                ask: props.askFor ? () => setAsking(props.askFor ?? null) : undefined,
                saveInstead: () => run("save"),
              })
            }
          />
          <div style={{ display: "flex", flexWrap: "wrap", gap: 8 }}>
            {props.postLabel ? (
              <Button type="primary" loading={act.busy} onClick={post}>
                {props.postLabel}
              </Button>
            ) : null}
            {props.mayRelease ? (
              <Button disabled={act.busy} onClick={() => run("release")}>
                {t("sales.ui.release_only")}
              </Button>
            ) : null}
            <Button disabled={act.busy} type={props.postLabel ? "default" : "primary"} onClick={() => run("save")}>
              {t("sales.ui.save")}
            </Button>
            {props.children}
          </div>
          <span className="muted">
            {t("sales.ui.currency_of", { currency: preview.data?.currency ?? company?.currency ?? "" })}
          </span>
        </div>
      </div>
      <AskDialog asking={asking} onClose={() => setAsking(null)} />
      <ReceiptSlot
        open={receiving}
        customerId={head.customer?.id}
        onClose={() => setReceiving(false)}
        onDone={() => {
          setReceiving(false);
          act.reset();
        }}
      />
    </>
  );
}
