import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { chooseLanguage, chosenLanguage, LANGUAGES, type Language } from "~/i18n/i18n";
import { Alert } from "~/ui/Alert";

export function LanguageChoice() {
  const { t } = useTranslation();
  const id = useId();
  const [chosen, setChosen] = useState(chosenLanguage);
  const [failed, setFailed] = useState(false);

  async function choose(language: Language | undefined) {
    try {
      await chooseLanguage(language);
      setChosen(language);
      setFailed(false);
    } catch {
      // The catalogue did not come.
      setFailed(true);
    }
  }

  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {t("settings.language")}
      </label>
      <select
        id={id}
        className="select w-full"
        value={chosen ?? ""}
        onChange={(event) => void choose((event.target.value || undefined) as Language | undefined)}
      >
        <option value="">{t("settings.browserLanguage")}</option>
        {Object.entries(LANGUAGES).map(([language, name]) => (
          <option key={language} value={language} lang={language}>
            {name}
          </option>
        ))}
      </select>
      {failed && <Alert kind="error">{t("errors.unreachable")}</Alert>}
    </div>
  );
}
