import { createContext, useContext } from "react";
import type { Lang } from "./format";

/** What the permission matrix of the server calls its rows. */
export type Permission =
  | "parties.read"
  | "parties.write"
  | "catalog.read"
  | "catalog.write"
  | "sales.read"
  | "sales.write"
  | "sales.post"
  | "receivables.read"
  | "receivables.write"
  | "receivables.bad_debt"
  | "receivables.approve"
  | "receivables.bad_debt_approve"
  | "credit.read"
  | "credit.manage"
  | "statements.read"
  | "statements.issue"
  | "statements.share"
  | "imports.run"
  | "reports.read"
  | "access.lock"
  | "access.manage"
  | "audit.read";

export interface SessionCompany {
  id: string;
  code: string;
  name: string;
  currency: string;
  timezone: string;
  /** Digits after the point of the currency. */
  currency_digits?: number;
}

export interface Session {
  user: { id: string; name: string; login: string } | null;
  company: SessionCompany | null;
  companies: { id: string; code: string; name: string }[];
  role: string | null;
  permissions: readonly string[];
  language: Lang;
}

export const NO_SESSION: Session = {
  user: null,
  company: null,
  companies: [],
  role: null,
  permissions: [],
  language: "zh-Hans",
};

export const SessionContext = createContext<Session>(NO_SESSION);

export function useSession(): Session {
  return useContext(SessionContext);
}

/** Asks what the server would allow. The server decides in any case; this only hides what would be refused. */
export function useCan(): (permission: Permission) => boolean {
  const { permissions } = useSession();
  return (permission) => permissions.includes(permission);
}

/** "Today" in the company's time zone, as an ISO day. */
export function useToday(): string {
  const { company } = useSession();
  return new Intl.DateTimeFormat("en-CA", {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    timeZone: company?.timezone,
  }).format(new Date());
}
