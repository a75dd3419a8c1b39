"use client";

import { useEffect, useRef, useState } from "react";
import { openVerification, resumeVerification } from "member-verification-popup";
import type { VerificationAnswer, VerificationHandle } from "member-verification-popup";

// Outside the component: StrictMode runs an effect twice, and a result opens once.
const handed = new Map<string, Promise<string>>();

function hand(answer: VerificationAnswer): Promise<string> {
  const known = handed.get(answer.token_version_id) ?? send(answer);
  handed.set(answer.token_version_id, known);
  return known;
}

async function send({ token_version_id, enc_data, integrity_value }: VerificationAnswer) {
  const response = await fetch("/verified", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token_version_id, enc_data, integrity_value }),
  });
  const answer = await response.json();
  return response.ok ? `${answer.name}님, 본인인증을 마쳤습니다.` : answer.message;
}

export default function Page() {
  const [outcome, setOutcome] = useState("");
  // What the server sent as HTML hears no click until React has taken it over.
  const [ready, setReady] = useState(false);
  const running = useRef<VerificationHandle>(null);

  // What has come back to this page: from a whole page, or when the page was reloaded.
  useEffect(() => {
    const resume = async () => {
      setReady(true);
      const answer = resumeVerification();
      if (answer !== null) setOutcome(await hand(answer));
    };
    resume().catch((error) => setOutcome(error.message));
  }, []);

  function verify() {
    const mode = new URLSearchParams(location.search).get("mode") === "page" ? "page" : "popup";
    const returnurl = `${location.origin}/verification/callback.html`;
    // Closed, or cut off from this page: then the result still comes.
    const onWindowClosed = () => setOutcome("창을 닫으셨습니까? 버튼을 누르면 다시 시작합니다.");
    const request = { returnurl };
    const verification = openVerification({ mode, api: "/api", request, onWindowClosed });
    if (verification === running.current) return;
    running.current = verification;
    verification.then(hand).then(setOutcome).catch((error) => setOutcome(error.message));
  }

  return (
    <>
      <button id="verify" disabled={!ready} onClick={verify}>본인인증</button>
      <p id="outcome" role="status">{outcome}</p>
    </>
  );
}
