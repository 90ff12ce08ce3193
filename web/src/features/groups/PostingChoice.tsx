import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { Posting } from "~/contract";

const CHOICES = { all: "groups.postingAll", admins: "groups.postingAdmins" } as const;

export function PostingChoice({ value, onChange }: { value: Posting; onChange: (value: Posting) => void }) {
  const { t } = useTranslation();
  const name = useId();
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="pb-1.5 text-sm font-medium">{t("groups.posting")}</legend>
      {(["all", "admins"] as const).map((posting) => (
        <label key={posting} className="flex items-center gap-3 text-sm">
          <input
            type="radio"
            name={name}
            className="radio radio-sm radio-primary"
            checked={value === posting}
            onChange={() => onChange(posting)}
          />
          {t(CHOICES[posting])}
        </label>
      ))}
    </fieldset>
  );
}
