// The window without this script works, too; with it the fields follow the
// chosen persona.
const form = document.getElementById("window");
const outcome = document.getElementById("outcome");
const resultcode = document.getElementById("resultcode");
// The newer API has other names for two of a persona's fields.
const NEWER = { mobileno: "mobile_no", nationalinfo: "national_info" };

function follow() {
  const chosen = form.querySelector("input[name=sandbox_persona]:checked");
  if (!chosen) return;
  for (const [field, value] of Object.entries(chosen.dataset)) {
    const input = document.getElementById("edit-" + field)
      ?? document.getElementById("edit-" + NEWER[field]);
    if (input) input.placeholder = value;
  }
}

function carry() {
  const chosen = form.querySelector("input[name=sandbox_persona]:checked");
  for (const tile of form.querySelectorAll("input[name=sandbox_mobileco]")) {
    tile.checked = tile.value === chosen.dataset.mobileco;
  }
}

function show() {
  resultcode.hidden = outcome.value !== "fail";
}

for (const person of form.elements.sandbox_persona) {
  person.addEventListener("change", () => { follow(); carry(); });
}
outcome.addEventListener("change", show);
follow();
show();
if (!form.querySelector("input[name=sandbox_mobileco]:checked")) carry();
// There is room for it beside the list.
if (matchMedia("(min-width: 900px)").matches) document.querySelector("details").open = true;
