import { useTranslation } from "react-i18next";
import { Dialog } from "~/ui/Dialog";

const isMac = () => /Mac|iPhone|iPad/.test(navigator.userAgent);

/** Every key that does something, in the words of what it does. Keys are named as they are printed on them. */
export default function HelpSheet({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const command = isMac() ? "⌘" : "Ctrl";
  const alt = isMac() ? "⌥" : "Alt";
  const shift = isMac() ? "⇧" : "Shift";
  const rows: [string, string[]][] = [
    [t("shortcuts.search"), [command, "K"]],
    [t("shortcuts.searchMessages"), [command, shift, "F"]],
    [t("shortcuts.next"), [alt, "↓"]],
    [t("shortcuts.previous"), [alt, "↑"]],
    [t("shortcuts.send"), ["Enter"]],
    [t("shortcuts.newLine"), [shift, "Enter"]],
    [t("shortcuts.editLast"), ["↑"]],
    [t("shortcuts.move"), ["↑", "↓"]],
    [t("shortcuts.act"), ["Enter"]],
    [t("shortcuts.close"), ["Esc"]],
    [t("shortcuts.help"), ["?"]],
  ];
  return (
    <Dialog title={t("shortcuts.title")} onClose={onClose}>
      <dl className="grid grid-cols-[1fr_auto] items-center gap-x-4 gap-y-2.5 py-4 text-sm">
        {rows.map(([what, keys]) => (
          <div key={what} className="contents">
            <dt>{what}</dt>
            <dd className="flex justify-end gap-1 rtl:justify-start" dir="ltr">
              {keys.map((key) => (
                <kbd key={key} className="kbd kbd-sm">
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <div className="flex justify-end">
        <button type="button" className="btn" onClick={onClose}>
          {t("common.close")}
        </button>
      </div>
    </Dialog>
  );
}
