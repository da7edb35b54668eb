/** Addresses and their pages; what is heavy is loaded when it is opened. */
import { lazy, Suspense } from "react";
import { Route, Switch } from "wouter";
import { DocumentPage } from "../documents/DocumentPage";
import { ListPage } from "../documents/ListPage";
import { SECTIONS } from "../documents/sections";
import { Overview } from "../overview/Overview";
import { Loading, Nowhere } from "./States";

const Profiles = lazy(() => import("../profiles/Profiles"));
const BeginPage = lazy(() => import("../onboarding/BeginPage"));
const MonitorPage = lazy(() => import("../monitor/MonitorPage"));
const Reports = lazy(() => import("../reports/Reports"));
const View = lazy(() => import("../setup/View"));
const ApprovalsPage = lazy(() => import("../approvals/ApprovalsPage"));
const Settings = lazy(() => import("../settings/Settings"));

export function Pages() {
  return (
    <Suspense fallback={<Loading />}>
      <Switch>
        <Route path="/" component={Overview} />
        {SECTIONS.map((section) => (
          <Route key={section.id} path={`/${section.id}`}>
            <ListPage key={section.id} section={section} />
          </Route>
        ))}
        {SECTIONS.filter((section) => section.views).map((section) => (
          <Route key={section.id} path={`/${section.id}/:view`}>
            {({ view }) => <View section={section} view={view} />}
          </Route>
        ))}
        <Route path="/edit/:kind/:id">
          {({ kind, id }) => <DocumentPage key={`${kind}/${id}`} kind={kind} id={id} />}
        </Route>
        <Route path="/profiles/*?" component={Profiles} />
        <Route path="/begin" component={BeginPage} />
        <Route path="/monitor" component={MonitorPage} />
        <Route path="/reports/*?" component={Reports} />
        <Route path="/approvals" component={ApprovalsPage} />
        <Route path="/settings/*?" component={Settings} />
        <Route>
          <Nowhere />
        </Route>
      </Switch>
    </Suspense>
  );
}
