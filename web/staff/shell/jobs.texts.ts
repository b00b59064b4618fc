import { defineTexts } from "../../ui/texts.ts";

export const jobsTexts = defineTexts("staff.jobs", {
  title: "Jobs", running_one: "{{count}} job running", running_other: "{{count}} jobs running", empty: "No long work has been started yet.",
  note: "Long work lives on the server: you may close this page and come back.",
  done_of: "{{done}} of {{total}}", done: "{{done}} done", failed_one: "{{count}} failed", failed_other: "{{count}} failed", percent: "{{percent}} %",
  left_seconds: "about {{n}} s left", left_minutes: "about {{n}} min left", stopping: "stopping at the next safe place",
  stop: "Stop", retry: "Start again", download: "Download", reasons: "Why they failed", kept: "{{size}} · kept for a week", mine: "Mine", all: "Everybody's", by: "started by", you: "you", platform: "the platform",
}, {
  title: "काम", running_one: "{{count}} काम चल रहा है", running_other: "{{count}} काम चल रहे हैं", empty: "अभी कोई लंबा काम शुरू नहीं हुआ।",
  note: "लंबा काम सर्वर पर चलता है: आप यह पेज बंद करके लौट सकते हैं।",
  done_of: "{{total}} में से {{done}}", done: "{{done}} पूरे", failed_one: "{{count}} असफल", failed_other: "{{count}} असफल", percent: "{{percent}} %",
  left_seconds: "लगभग {{n}} सेकंड शेष", left_minutes: "लगभग {{n}} मिनट शेष", stopping: "अगले सुरक्षित स्थान पर रुकेगा",
  stop: "रोकें", retry: "फिर शुरू करें", download: "डाउनलोड", reasons: "असफल क्यों हुए", kept: "{{size}} · एक सप्ताह तक उपलब्ध", mine: "मेरे", all: "सबके", by: "शुरू किया:", you: "आपने", platform: "प्लेटफ़ॉर्म ने",
});
