import { dayText, instantText } from "./format";
import { useLang } from "./i18n";
import { useSession } from "./session";

/** A day as the language writes it; `overdue` marks it red. */
export function DayText({ value, overdue }: { value: string | null | undefined; overdue?: boolean }) {
  const lang = useLang();
  if (!value) return null;
  return (
    <time dateTime={value} className={overdue ? "num overdue" : "num"}>
      {dayText(value, lang)}
    </time>
  );
}

/** A moment, in the time zone of the company. */
export function InstantText({ value }: { value: string | null | undefined }) {
  const lang = useLang();
  const { company } = useSession();
  if (!value) return null;
  return (
    <time dateTime={value} className="num">
      {instantText(value, lang, company?.timezone)}
    </time>
  );
}
