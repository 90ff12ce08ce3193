import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Page } from "~/ui/Page";
import { Blocked } from "./Blocked";
import { Devices } from "./Devices";
import { LanguageChoice } from "./LanguageChoice";
import { Notifying } from "./Notifying";
import { Password } from "./Password";
import { Privacy } from "./Privacy";
import { Profile } from "./Profile";
import { Section } from "./Section";
import { Sections } from "./Sections";
import { SignOut } from "./SignOut";
import { ThemeChoice } from "./ThemeChoice";

export default function SettingsPage() {
  const { t } = useTranslation();
  // Another password signs out the other devices: their list is then another one.
  const [passwords, setPasswords] = useState(0);
  return (
    <Page title={t("app.settings")}>
      <Sections />
      <Profile />
      <Section name="appearance">
        <ThemeChoice />
        <LanguageChoice />
      </Section>
      <Notifying />
      <Privacy />
      <Password onChanged={() => setPasswords(passwords + 1)} />
      <Section name="devices" text={t("settings.devicesText")}>
        <Devices key={passwords} />
      </Section>
      <Section name="blocked" text={t("settings.blockedText")}>
        <Blocked />
      </Section>
      <SignOut />
    </Page>
  );
}
