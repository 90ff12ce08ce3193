import { MonitorSmartphone } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Device } from "~/contract";
import { sentenceOf } from "~/failure";
import { useAppDispatch } from "~/hooks";
import { t as translate } from "~/i18n/i18n";
import { Alert } from "~/ui/Alert";
import { ago } from "~/ui/format-time";
import { endDevice, endOtherDevices, loadDevices } from "./device-requests";

/** "Firefox on Linux" from a User-Agent, or what the device calls itself. */
export function deviceName(agent: string): string {
  const browsers: [RegExp, string][] = [
    [/Edg\//, "Edge"],
    [/OPR\//, "Opera"],
    [/Firefox\//, "Firefox"],
    [/Chrome\//, "Chrome"],
    [/Safari\//, "Safari"],
  ];
  const systems: [RegExp, string][] = [
    [/Android/, "Android"],
    [/iPhone|iPad/, "iOS"],
    [/Windows/, "Windows"],
    [/Mac OS X/, "macOS"],
    [/Linux/, "Linux"],
  ];
  const browser = browsers.find(([pattern]) => pattern.test(agent))?.[1];
  const system = systems.find(([pattern]) => pattern.test(agent))?.[1];
  if (browser) return system ? translate("settings.deviceOn", { browser, system }) : browser;
  return agent || translate("settings.unknownDevice");
}

export function Devices() {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const [devices, setDevices] = useState<Device[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [ending, setEnding] = useState<string | null>(null);
  const [ended, setEnded] = useState(false);

  useEffect(() => {
    let stale = false;
    dispatch(loadDevices()).then(
      (loaded) => !stale && setDevices(loaded),
      (failure) => !stale && setError(sentenceOf(failure)),
    );
    return () => {
      stale = true;
    };
  }, [dispatch]);

  async function end(id: string) {
    setEnding(id);
    setError(null);
    try {
      await dispatch(endDevice(id));
      setDevices((before) => before?.filter((device) => device.id !== id) ?? null);
    } catch (failure) {
      setError(sentenceOf(failure));
    } finally {
      setEnding(null);
    }
  }

  async function endOthers() {
    setEnding("others");
    setError(null);
    try {
      await dispatch(endOtherDevices());
      setDevices((before) => before?.filter((device) => device.current) ?? null);
      setEnded(true);
    } catch (failure) {
      setError(sentenceOf(failure));
    } finally {
      setEnding(null);
    }
  }

  return (
    <>
      {error && <Alert kind="error">{error}</Alert>}
      {!devices && !error && <div className="skeleton h-16" />}
      {devices && (
        <ul className="divide-y divide-base-300">
          {devices.map((device) => (
            <li key={device.id} className="flex items-center gap-3 py-3 first:pt-0 last:pb-0">
              <MonitorSmartphone aria-hidden="true" className="size-5 shrink-0 opacity-70" />
              <div className="min-w-0 flex-1">
                <p className="truncate font-medium" title={device.name}>
                  {deviceName(device.name)}
                </p>
                <p className="text-quiet text-sm">
                  {device.current
                    ? t("settings.thisDevice")
                    : t("settings.lastUsed", { when: ago(device.lastUsedAt, new Date()) })}
                </p>
              </div>
              {!device.current && (
                <button
                  type="button"
                  className="btn btn-sm"
                  disabled={ending === device.id}
                  onClick={() => end(device.id)}
                  aria-label={t("settings.signOutDevice", { device: deviceName(device.name) })}
                >
                  {t("common.signOut")}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {devices?.some((device) => !device.current) && (
        <button
          type="button"
          className="btn btn-sm self-start"
          disabled={ending !== null}
          onClick={() => void endOthers()}
        >
          {t("settings.signOutOthers")}
        </button>
      )}
      <p role="status" className={ended ? "text-sm text-success" : "sr-only"}>
        {ended && t("settings.othersSignedOut")}
      </p>
    </>
  );
}
