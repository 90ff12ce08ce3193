import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { SECTIONS, type SectionName } from "./Sections";

interface SectionProps {
  name: SectionName;
  /** What this is for, where the title does not say it all. */
  text?: string;
  children: ReactNode;
}

export function Section({ name, text, children }: SectionProps) {
  const { t } = useTranslation();
  return (
    <section
      id={name}
      tabIndex={-1}
      aria-labelledby={`${name}-title`}
      className="flex scroll-mt-16 flex-col gap-4 rounded-box border border-base-300 bg-base-100 p-5 outline-none"
    >
      <h2 id={`${name}-title`} className="font-semibold">
        {t(SECTIONS[name])}
      </h2>
      {text && <p className="text-quiet -mt-2 text-sm">{text}</p>}
      {children}
    </section>
  );
}
