// A button beside each block of code that stands in the page: it copies the block.
// Without this script, and where the browser has no clipboard for the page, nothing
// is missing.
const isKorean = document.documentElement.lang === "ko";
const COPY = isKorean ? "복사 Copy" : "Copy";
const COPIED = isKorean ? "복사했습니다 Copied" : "Copied";

function copyButton(block, heading) {
  const button = document.createElement("button");
  const show = (text) => {
    button.textContent = text;
    // Not all of them by the same name.
    button.setAttribute("aria-label", `${text}: ${heading.textContent.trim()}`);
  };
  Object.assign(button, { type: "button", className: "plain copy" });
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.textContent);
    show(COPIED);
    setTimeout(() => show(COPY), 2000);
  });
  show(COPY);
  return button;
}

if (navigator.clipboard) {
  for (const block of document.querySelectorAll(".start:not(.faults) section > pre")) {
    let heading = block;
    while (!/^H[23]$/.test(heading.tagName)) heading = heading.previousElementSibling;
    block.before(copyButton(block, heading));
  }
  for (const value of document.querySelectorAll(".start dd > code:only-child")) {
    value.after(" ", copyButton(value, value.parentElement.previousElementSibling));
  }
}
