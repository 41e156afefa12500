// The behaviour of the board is fetched only by pages that have one.
import { onArrival } from "../../web/front/swap/arrival";
import "./head";

onArrival("tropa-board", () => void import("./board/element"));
