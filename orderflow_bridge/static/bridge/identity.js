// Opens an integration's own system in a window of its own, and looks again once that is done with.
"use strict";

(() => {
  const signedIn = new BroadcastChannel("integration-signed-in");
  if (document.querySelector("[data-signed-in]")) {
    signedIn.postMessage("done");
    setTimeout(() => window.close(), 1000);
    return;
  }
  const link = document.querySelector("[data-identity]");
  if (!link) return;
  const open = () => window.open(link.href, "_blank", "popup,width=640,height=720");
  // No handle of it is kept: the bridge's pages and those of others do not share a window's opener.
  link.addEventListener("click", (event) => { if (open()) event.preventDefault(); });
  const lookAgain = () => location.reload();
  signedIn.addEventListener("message", lookAgain);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) lookAgain(); });
  const address = new URL(location.href);
  if (address.searchParams.has("opens")) {
    address.searchParams.delete("opens");
    history.replaceState(null, "", address);
    open();
  }
})();
