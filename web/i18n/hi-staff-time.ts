/** Hindi of the time machine: how things stood, by what was known then. */
export default {
  "Time machine": "समय यंत्र", "Known on": "तब तक ज्ञात", "Known on {{date}}": "{{date}} तक ज्ञात", "Compare with now": "अब से तुलना करें",
  "How things stood on a day, by what was known then; nothing is changed by looking.": "किसी दिन की स्थिति, उस समय ज्ञात बातों से; देखने से कुछ नहीं बदलता।",
  "Then": "तब", "Beside it": "उसके सामने", "As things stand today": "आज की स्थिति", "A loan": "एक ऋण", "The books": "बही-खाते", "Choose a loan to look at.": "देखने के लिए ऋण चुनें।",
  "Which loan": "कौन-सा ऋण", "Another loan": "दूसरा ऋण", "Look at this loan": "यह ऋण देखें", "The whole loan as it stood": "पूरा ऋण, जैसा तब था",
  "Then: {{day}}, known on {{known}}": "तब: {{day}}, {{known}} तक ज्ञात", "Beside it: {{day}}, known on {{known}}": "सामने: {{day}}, {{known}} तक ज्ञात", "Beside it: {{day}}, known now": "सामने: {{day}}, अब ज्ञात",
  "What came between": "बीच में क्या हुआ", "No fact of this loan is known in one look and not in the other.": "इस ऋण की कोई बात ऐसी नहीं जो एक दृश्य में हो और दूसरे में न हो।", "Known in": "किसमें ज्ञात",
  "Rows of the schedule that differ": "सारणी की भिन्न पंक्तियाँ", "Transactions that differ": "भिन्न लेन-देन", "Amount due next": "अगली देय राशि", "Next due date": "अगली देय तिथि", "Both looks": "दोनों दृश्य",
  "differs": "भिन्न", "same": "समान", "recorded later": "बाद में दर्ज", "Cause id": "कारण की आईडी", "new": "नया", "gone": "हट गया",
  "Balances by value date": "मूल्य तिथि से शेष", "Entries posted after the first look was known, for days that the second counts": "पहले दृश्य के बाद दर्ज प्रविष्टियाँ, दूसरे दृश्य के दिनों की", "Rows that divide the same amount otherwise between principal and interest: {{n}}": "वही राशि मूलधन और ब्याज में अलग बँटने वाली पंक्तियाँ: {{n}}", "Entries between": "बीच की प्रविष्टियाँ", "Nothing was posted between for those days.": "उन दिनों के लिए बीच में कुछ दर्ज नहीं हुआ।",
} as Readonly<Record<string, string>>;
