/** The reports: the list of all documents that run or ran, and the report of one. */
import { Route, Switch } from "wouter";
import { CrowdPanel } from "../crowd/CrowdPanel";
import { ReportList } from "./ReportList";
import { ReportPage } from "./ReportPage";

export default function Reports() {
  return (
    <>
      <Switch>
        <Route path="/reports" component={ReportList} />
        <Route path="/reports/:id/:part?">
          {({ id, part }) => <ReportPage key={id} id={decodeURIComponent(id)} part={part ?? "funnel"} />}
        </Route>
      </Switch>
      <CrowdPanel />
    </>
  );
}
