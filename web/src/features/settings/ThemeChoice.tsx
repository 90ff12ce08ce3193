import { Monitor, Moon, Sun } from "lucide-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { chooseTheme, type Theme, useTheme } from "./theme";

const THEMES: { theme: Theme; Icon: typeof Sun }[] = [
  { theme: "system", Icon: Monitor },
  { theme: "light", Icon: Sun },
  { theme: "dark", Icon: Moon },
];

export function ThemeChoice() {
  const { t } = useTranslation();
  const chosen = useTheme();
  const name = useId();
  return (
    <fieldset className="grid grid-cols-3 gap-2">
      <legend className="sr-only">{t("settings.theme")}</legend>
      {THEMES.map(({ theme, Icon }) => (
        <label
          key={theme}
          className={`flex cursor-pointer flex-col items-center gap-1.5 rounded-field border px-2 py-3 text-sm font-medium has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-primary ${
            chosen === theme
              ? "border-primary bg-accent text-accent-content"
              : "border-base-300 hover:bg-base-200"
          }`}
        >
          <input
            type="radio"
            name={name}
            className="sr-only"
            checked={chosen === theme}
            onChange={() => chooseTheme(theme)}
          />
          <Icon aria-hidden="true" className="size-5" />
          {t(`settings.${theme}`)}
        </label>
      ))}
    </fieldset>
  );
}
