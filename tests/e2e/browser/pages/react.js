// A shop's page in React, as docs/popup.md shows it; development's StrictMode runs each effect twice.
import { StrictMode, createElement, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { openVerification, resumeVerification } from "member-verification-popup";

const returnurl = `${location.origin}/v1/member/verificationCallback`;
const { mode } = JSON.parse(new URLSearchParams(location.search).get("options"));

async function hand(answer) {
  const body = JSON.stringify(answer);
  const headers = { "content-type": "application/json" };
  return (await fetch("/shop/result", { method: "POST", headers, body })).json();
}

const handed = new WeakMap(); // by answer
function handOnce(answer) {
  if (!handed.has(answer)) handed.set(answer, hand(answer));
  return handed.get(answer);
}

function Shop() {
  const [member, setMember] = useState(null);
  const [effects, setEffects] = useState(0);
  useEffect(() => {
    let stale = false;
    setEffects((count) => count + 1);
    const answer = resumeVerification();
    if (answer !== null) handOnce(answer).then((member) => stale || setMember(member));
    document.documentElement.dataset.ready = "";
    return () => {
      stale = true;
    };
  }, []);
  const begin = () => openVerification({ mode, request: { returnurl } }).then(handOnce).then(setMember);
  return createElement(
    "main",
    { "data-effects": effects },
    createElement("button", { id: "begin", onClick: begin }, "본인인증"),
    createElement("output", { id: "outcome" }, member && JSON.stringify(member)),
  );
}

createRoot(document.getElementById("root")).render(createElement(StrictMode, null, createElement(Shop)));
