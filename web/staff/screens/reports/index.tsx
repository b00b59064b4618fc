export { RegulatoryReport } from "./report.tsx";
export { ReportCalendar } from "./calendar.tsx";
