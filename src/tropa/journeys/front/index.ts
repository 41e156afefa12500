// Behaviours and look of the pages of journeys.
import "./style.css";
import "./order";
import "./narrow";
