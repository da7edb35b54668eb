/** The page of a campaign. */
import type { Catalog } from "../api/types";
import { CanvasPage } from "../canvas/Desk";
import { BookContext, useOpenBook } from "./book";
import { campaignKit } from "./campaignKit";
import { CountBar } from "./CountBar";
import { RowsDrawer } from "./RowsDrawer";

export default function CampaignEditor({ catalog }: { catalog: Catalog }) {
  const book = useOpenBook();
  return (
    <BookContext value={book}>
      <CanvasPage kit={campaignKit} catalog={catalog} bar={<CountBar />}>
        <RowsDrawer />
      </CanvasPage>
    </BookContext>
  );
}
