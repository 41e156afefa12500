// Behaviours and look of the dashboard. Every one of its pages reads and works without them.
import "./style.css";
import "./narrow.css";
import "./tips";
import "./bars";
import "./opens";
