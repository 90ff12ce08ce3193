import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { Link } from "react-router";
import { selectChats, selectReady } from "~/features/messages/slice";
import { selectMe } from "~/features/session/slice";
import { Logo } from "~/ui/Logo";
import type { RootState } from "./store";

export function Welcome() {
  const { t } = useTranslation();
  const name = useSelector((state: RootState) => selectMe(state)?.displayName);
  const newcomer = useSelector((state: RootState) => Object.keys(selectChats(state)).length === 0);
  const ready = useSelector((state: RootState) => selectReady(state));
  // Which of the two it is, is known when the list is here.
  if (newcomer && !ready) return <div className="bg-field flex-1" />;
  return (
    <div className="bg-field grid flex-1 place-items-center p-6">
      <div className="flex max-w-xs flex-col items-center gap-4 text-center">
        <Logo className="size-20" />
        <h1 className="max-w-full text-xl font-semibold wrap-anywhere">
          {newcomer ? t("welcome.newTitle", { name }) : t("welcome.title")}
        </h1>
        <p className="text-quiet text-balance">{newcomer ? t("welcome.newText") : t("welcome.text")}</p>
        <Link to="/people" className="btn btn-primary">
          {t("common.findPeople")}
        </Link>
      </div>
    </div>
  );
}
