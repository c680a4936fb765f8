// The one script of all pages. Every part works by delegation or on what it finds, so that swapped-in pieces need no
// second start; a page works without any of it, only less conveniently.
import "./styles/index.css";
import "./htmx";
import { startBulk } from "./bulk";
import { startCharts } from "./chart";
import { startClocks } from "./clock";
import { startComposer } from "./composer";
import { startCopying } from "./copy";
import { startForms } from "./forms/index";
import { startKeys } from "./keys";
import { startLive } from "./live";
import { startOnce } from "./once";
import { startOverlays } from "./overlays";
import { startSide } from "./side";
import { startTabs } from "./tabs";
import { startTheme } from "./theme";
import { startTitle } from "./title";
import { startToasts } from "./toast";
import { startVisits } from "./visit";

startToasts();
startOverlays();
startOnce();
startTabs();
startSide();
startTheme();
startTitle();
startForms();
startComposer();
startCopying();
startBulk();
startClocks();
startCharts();
startKeys();
startLive();
startVisits();
document.documentElement.dataset["ready"] = "true";
