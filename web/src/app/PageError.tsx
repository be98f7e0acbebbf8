import { Button, Result, Space } from "antd";
import { useRouteError } from "react-router";
import { asProblem, Problem } from "@/api/problem";
import { useT } from "@/kit/i18n";
import { ProblemAlert } from "@/kit/ProblemAlert";

/** A page that failed, or whose code could not be fetched after an update of the program. */
export function PageError() {
  const t = useT();
  const error = useRouteError();
  return (
    <div className="page">
      <Result
        status="warning"
        title={t("web.error.title")}
        subTitle={t("web.error.page")}
        extra={
          <Space>
            <Button type="primary" onClick={() => window.location.reload()}>
              {t("web.error.reload")}
            </Button>
          </Space>
        }
      >
        {error instanceof Problem ? <ProblemAlert problem={asProblem(error)} /> : null}
      </Result>
    </div>
  );
}
