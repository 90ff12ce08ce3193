import { UserRoundSearch } from "lucide-react";
import { useState } from "react";
import { Page } from "~/ui/Page";
import { SearchBox } from "~/ui/SearchBox";
import { PeopleResults } from "./PeopleResults";

export default function PeoplePage() {
  const [query, setQuery] = useState("");
  return (
    <Page title="People">
      <SearchBox label="Find people by name" value={query} onChange={setQuery} autoFocus />
      {query.trim() === "" ? (
        <div className="text-quiet flex flex-col items-center gap-3 py-16 text-center">
          <UserRoundSearch aria-hidden="true" className="size-10 opacity-60" strokeWidth={1.5} />
          <p>Type the beginning of a name or a username.</p>
        </div>
      ) : (
        <div className="-mx-4">
          <PeopleResults query={query} />
        </div>
      )}
    </Page>
  );
}
