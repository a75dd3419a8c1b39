// Swagger UI, without its own bar; relative, so that it also works under a prefix.
const main = document.getElementById("swagger-ui");

// What it leaves without a name for those to whom the page is read out.
const NAMES = [
  [".authorization__btn", "Authorize"],
  [".opblock-control-arrow, .expand-operation", "Open or close"],
  [".copy-to-clipboard button", "Copy"],
  [".servers select", "Server"],
  [".content-type-wrapper select, select.content-type, .body-param-content-type select", "Content-Type"],
  [".response-control-media-type select", "Accept"],
  [".opblock-body textarea", "Body"],
  [".examples-select select", "Example"],
];

function name() {
  for (const [selector, text] of NAMES) {
    for (const control of main.querySelectorAll(selector)) {
      if (!control.hasAttribute("aria-label")) control.setAttribute("aria-label", text);
    }
  }
  for (const control of main.querySelectorAll("input, select, textarea")) {
    if (control.labels?.length || control.hasAttribute("aria-label")) continue;
    const row = control.closest("tr")?.querySelector(".parameter__name");
    control.setAttribute("aria-label", row?.firstChild?.textContent || control.placeholder || control.name || "Value");
  }
  // It leaves the second level out.
  for (const heading of main.querySelectorAll("h3, h4, h5, h6")) {
    heading.setAttribute("role", "heading");
    heading.ariaLevel = heading.localName[1] - 1;
  }
  // Boxes that scroll are reached by the keyboard.
  for (const box of main.querySelectorAll("pre")) box.tabIndex = 0;
}

new MutationObserver(name).observe(main, { childList: true, subtree: true });

async function show() {
  const response = await fetch("openapi.json");
  if (!response.ok) throw new Error(`openapi.json: HTTP ${response.status}`);
  const spec = await response.json();
  // Where this page is, the calls are too: a proxy may have its own prefix.
  const root = new URL("..", document.baseURI).href;
  spec.servers = [{ url: root.replace(/\/$/, "") }];
  window.ui = SwaggerUIBundle({
    spec,
    domNode: main,
    // Its links would stand within buttons.
    deepLinking: false,
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
  });
}

show().catch((error) => {
  main.textContent = error.message;
});
