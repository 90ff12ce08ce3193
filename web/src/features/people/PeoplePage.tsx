import { UserRoundSearch } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Page } from "~/ui/Page";
import { SearchBox } from "~/ui/SearchBox";
import { PeopleResults } from "./PeopleResults";

export default function PeoplePage() {
  const { t } = useTranslation();
  const [query, setQuery] = useState("");
  return (
    <Page title={t("people.title")}>
      <SearchBox label={t("people.find")} value={query} onChange={setQuery} autoFocus />
      {query.trim() === "" ? (
        <div className="text-quiet flex flex-col items-center gap-3 py-16 text-center">
          <UserRoundSearch aria-hidden="true" className="size-10 opacity-60" strokeWidth={1.5} />
          <p>{t("people.hint")}</p>
        </div>
      ) : (
        <div className="-mx-4">
          <PeopleResults query={query} titled />
        </div>
      )}
    </Page>
  );
}
