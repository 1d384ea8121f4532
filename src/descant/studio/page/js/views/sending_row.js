// One file on its way to the server. Updated in place, so that the focus stays where it is.

import { h, icon } from "../dom.js";
import { uploads } from "../uploads.js";

export class SendingRow {
  constructor(one) {
    this.one = one;
    this.how = h("p", { class: "how" });
    this.stop = h("button", { type: "button", class: "bare", onclick: () => (one.state === "failed" ? uploads.remove(one) : uploads.cancel(one)) }, icon("close"));
    this.share = h("progress", { max: 1, "aria-label": `Sending ${one.name}` });
    this.element = h("li", {}, h("p", { class: "what" }, one.name), this.how, h("div", { class: "acts" }, this.stop), this.share);
  }

  put() {
    const { name, state, share, message } = this.one, failed = state === "failed";
    this.element.className = `job ${state}`;
    this.how.textContent = failed ? message : state === "waiting" ? "waiting" : `being sent · ${Math.round(share * 100)} %`;
    this.stop.setAttribute("aria-label", `${failed ? "Dismiss" : "Stop sending"}: ${name}`);
    this.share.hidden = failed;
    this.share.value = share;
    return this;
  }
}
