import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Modal, Space } from "antd";
import { useId } from "react";
import { asProblem } from "@/api/problem";
import { useAct } from "@/kit/act";
import { CopyButton } from "@/kit/CopyButton";
import { InstantText } from "@/kit/DayText";
import { useT } from "@/kit/i18n";
import { Waiting } from "@/kit/Page";
import { ProblemAlert } from "@/kit/ProblemAlert";
import { ToneTag } from "@/kit/StateTag";
import { Timeline } from "@/kit/Timeline";
import { deliverStatement } from "./facetApi";
import {
  getLinks,
  guardKey,
  linksKey,
  qrHref,
  revokeLink,
  shareStatement,
  statementsKey,
  type LinkView,
  type LinkVisit,
} from "./api";

/** The links of a statement: make one, show its code, copy, revoke, and see who looked. */
export function ShareDialog(props: { statement: { id: string; no: string } | null; onClose: () => void }) {
  const t = useT();
  const { statement, onClose } = props;
  return (
    <Modal
      open={statement !== null}
      title={t("statements.ui.share_title", { no: statement?.no ?? "" })}
      footer={null}
      width={640}
      destroyOnHidden
      onCancel={onClose}
    >
      {statement ? <Links id={statement.id} /> : null}
    </Modal>
  );
}

function Links({ id }: { id: string }) {
  const t = useT();
  const client = useQueryClient();
  const query = useQuery({ queryKey: linksKey(id), queryFn: ({ signal }) => getLinks(id, signal) });
  const share = useAct({
    act: () => shareStatement(id, null),
    touches: [statementsKey, guardKey],
    onDone: () => void client.invalidateQueries({ queryKey: linksKey(id) }),
  });
  if (query.error) return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  const { links, views } = query.data;
  const live = links.filter((link) => !link.revoked_at && !link.expired);
  const gone = links.filter((link) => link.revoked_at || link.expired);
  return (
    <div style={{ display: "flex", flexDirection: "column", gap: 16 }}>
      <p className="muted" style={{ margin: 0 }}>
        {t("statements.ui.share_text")}
      </p>
      {live.map((link) => (
        <LiveLink key={link.id} link={link} statementId={id} />
      ))}
      <ProblemAlert problem={share.problem} />
      <div>
        <Button type={live.length === 0 ? "primary" : "default"} loading={share.busy} onClick={() => share.run(undefined)}>
          {live.length === 0 ? t("statements.ui.link_new") : t("statements.ui.link_another")}
        </Button>
      </div>
      {gone.length > 0 ? <GoneLinks links={gone} /> : null}
      <Views views={views} />
    </div>
  );
}

function LiveLink({ link, statementId }: { link: LinkView; statementId: string }) {
  const t = useT();
  const id = useId();
  const revoke = useAct({
    act: () => revokeLink(link.id),
    touches: [linksKey(statementId), statementsKey],
  });
  // Who copies a link gives it to the customer.
  const sent = useAct({
    act: () => deliverStatement(statementId, { kind: "sent", channel: "copy", text: "" }),
    touches: [statementsKey, guardKey],
  });
  return (
    <section style={{ display: "flex", gap: 16, flexWrap: "wrap" }}>
      <img
        src={qrHref(link.id)}
        alt={t("statements.ui.qr")}
        width={160}
        height={160}
        style={{ background: "#fff", padding: 4, borderRadius: 4 }}
      />
      <div style={{ flex: "1 1 260px", display: "flex", flexDirection: "column", gap: 8 }}>
        <label htmlFor={id} className="muted">
          {t("statements.ui.link")}
        </label>
        <Input id={id} readOnly value={link.url} onFocus={(event) => event.target.select()} />
        <Space wrap>
          <CopyButton text={link.url} label={t("statements.ui.copy_link")} onCopied={() => sent.run(undefined)} />
          <Button size="small" href={link.url} target="_blank" rel="noreferrer">
            {t("statements.ui.look")}
          </Button>
          <Button size="small" danger loading={revoke.busy} onClick={() => revoke.run(undefined)}>
            {t("statements.ui.revoke")}
          </Button>
        </Space>
        <span className="muted">
          {t("statements.ui.expires")} <InstantText value={link.expires_at} /> ·{" "}
          {t("statements.ui.views", { n: link.views })}
        </span>
        <ProblemAlert problem={revoke.problem} />
        <ProblemAlert problem={sent.problem} />
      </div>
    </section>
  );
}

function GoneLinks({ links }: { links: LinkView[] }) {
  const t = useT();
  return (
    <ul style={{ margin: 0, paddingInlineStart: 18 }}>
      {links.map((link) => (
        <li key={link.id}>
          <InstantText value={link.created_at} />{" "}
          <ToneTag tone="quiet">
            {link.revoked_at ? t("statements.ui.revoked") : t("statements.ui.expired")}
          </ToneTag>{" "}
          <span className="muted">{t("statements.ui.views", { n: link.views })}</span>
        </li>
      ))}
    </ul>
  );
}

function Views({ views }: { views: LinkVisit[] }) {
  const t = useT();
  return (
    <section>
      <h3 style={{ fontSize: 15, margin: "0 0 4px" }}>{t("statements.ui.views_log")}</h3>
      {views.length === 0 ? (
        <p className="muted">{t("statements.ui.never_viewed")}</p>
      ) : (
        <Timeline
          items={views.map((view, index) => ({
            key: `${view.at}-${String(index)}`,
            at: view.at,
            what: view.address,
            detail: view.agent,
          }))}
        />
      )}
    </section>
  );
}
