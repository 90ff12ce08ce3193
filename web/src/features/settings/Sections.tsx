import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";

/** The parts of the settings, in the order of the page: what is in the address, and what it is called. */
export const SECTIONS = {
  profile: "settings.profile",
  appearance: "settings.appearance",
  notifications: "notifications.title",
  privacy: "settings.privacy",
  password: "settings.password",
  devices: "settings.devices",
  blocked: "settings.blocked",
} as const;

export type SectionName = keyof typeof SECTIONS;

/** The way to each part, at the top of the page wherever one is. `/settings#devices` is an address, too. */
export function Sections() {
  const { t } = useTranslation();
  const { hash, key } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: each visit to an address is a wish to see it, also the second
  useEffect(() => {
    const section = hash === "" ? null : document.getElementById(hash.slice(1));
    section?.scrollIntoView?.();
    section?.focus({ preventScroll: true });
  }, [hash, key]);
  return (
    <nav
      aria-label={t("settings.sections")}
      className="sticky top-0 z-10 -mx-4 -mt-6 border-b border-base-300 bg-base-200"
    >
      <ul className="flex gap-1 overflow-x-auto px-4 py-2">
        {Object.entries(SECTIONS).map(([name, title]) => (
          <li key={name}>
            <Link
              to={{ hash: name }}
              replace
              aria-current={hash === `#${name}` ? "location" : undefined}
              className="btn btn-sm btn-ghost shrink-0 whitespace-nowrap aria-[current]:bg-accent aria-[current]:text-accent-content"
            >
              {t(title)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
