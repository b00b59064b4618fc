// Sets light or dark before the first paint; a file of its own because the content security policy allows no inline script.
(function () {
  var chosen = null;
  try { chosen = localStorage.getItem("lw.scheme"); } catch { /* private mode: follow the system */ }
  var dark = chosen === "dark" || ((chosen === null || chosen === "auto") && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
