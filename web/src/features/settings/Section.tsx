import { type ReactNode, useId } from "react";

interface SectionProps {
  title: string;
  /** What this is for, where the title does not say it all. */
  text?: string;
  children: ReactNode;
}

export function Section({ title, text, children }: SectionProps) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className="flex flex-col gap-4 rounded-box border border-base-300 bg-base-100 p-5"
    >
      <h2 id={id} className="font-semibold">
        {title}
      </h2>
      {text && <p className="text-quiet -mt-2 text-sm">{text}</p>}
      {children}
    </section>
  );
}
