// The HTTP API. Whatever goes wrong comes back as an ApiError whose message is a sentence for people.

export class ApiError extends Error {
  constructor(message, status = 0) {
    super(message);
    this.name = "ApiError";
    this.status = status;
  }
}

const AWAY = "descant does not answer. Is `descant studio` still running?";

async function failure(response) {
  let words = "";
  try { words = (await response.json()).error ?? ""; } catch { /* not JSON: the status must do */ }
  return new ApiError(words || `The server answered with ${response.status}.`, response.status);
}

/** fetch, but an answer that is not fine is thrown. `json` becomes the body. */
async function ask(path, { json, ...options } = {}) {
  const headers = new Headers(options.headers);
  if (json !== undefined) {
    headers.set("Content-Type", "application/json");
    options.body = JSON.stringify(json);
  }
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(AWAY);
  }
  if (!response.ok) throw await failure(response);
  return response;
}

async function data(path, options) {
  const response = await ask(path, options);
  return response.status === 204 ? null : response.json();
}

/** Sends a file as a raw body and tells its share (0..1) on the way. */
function upload(file, { path = `/api/pieces?name=${encodeURIComponent(file.name)}`, onShare, signal } = {}) {
  return new Promise((resolve, reject) => {
    if (!file.size) return reject(new ApiError("This file is empty."));
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.responseType = "json";
    if (onShare) request.upload.addEventListener("progress", (event) => event.lengthComputable && onShare(event.loaded / event.total));
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) resolve(request.response);
      else reject(new ApiError(request.response?.error || `The server answered with ${request.status}.`, request.status));
    });
    request.addEventListener("error", async () => {
      const there = await file.slice(0, 1).arrayBuffer().then(() => true, () => false);
      reject(new ApiError(there ? AWAY : "The file cannot be read: it has moved, or is not yours to read."));
    });
    const stopped = () => reject(new DOMException("The upload was stopped.", "AbortError"));
    request.addEventListener("abort", stopped);
    if (signal?.aborted) return stopped();
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}

export const api = {
  get: (path, options) => data(path, options),
  post: (path, json, options) => data(path, { method: "POST", json, ...options }),
  put: (path, json, options) => data(path, { method: "PUT", json, ...options }),
  patch: (path, json, options) => data(path, { method: "PATCH", json, ...options }),
  del: (path, json, options) => data(path, { method: "DELETE", json, ...options }),
  /** The body as an ArrayBuffer. */
  bytes: async (path, options) => (await ask(path, options)).arrayBuffer(),
  /** The Response itself, where its status or headers matter. */
  fetch: ask,
  upload,
};
