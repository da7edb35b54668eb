/** Requests to the server: one place that knows about cookies, the CSRF token and the shape of errors. */
import i18next from "i18next";
import { at } from "../root";
import type { Problem } from "./types";

interface ErrorBody {
  code?: string;
  message?: string;
  hint?: string;
  retryable?: boolean;
  errors?: Problem[];
  detail?: unknown;
  current?: unknown;
}

/** What the server said went wrong: its message, what to do about it, its stable code. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string | undefined;
  readonly problems: Problem[];
  readonly body: ErrorBody;

  constructor(status: number, body: ErrorBody) {
    super(body.message ?? messageOf(body.detail) ?? `HTTP ${status}`);
    this.status = status;
    this.code = body.code ?? `HTTP-${status}`;
    this.hint = body.hint;
    this.problems = body.errors ?? [];
    this.body = body;
  }
}

/** The server could not be reached at all. */
export class Unreachable extends Error {}

let csrf = "";
let onSignedOut: () => void = () => undefined;

export function keepCsrf(token: string): void {
  csrf = token;
}

export function whenSignedOut(act: () => void): void {
  onSignedOut = act;
}

const SAFE = new Set(["GET", "HEAD"]);

/** Ask the server; `T` is the type of its answer. A session that ended is told before the error is thrown. */
export async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await reach(method, path, body);
  if (response.status === 204) return undefined as T;
  const answer: unknown = await response.json().catch(() => ({}));
  if (response.ok) return answer as T;
  const error = new ApiError(response.status, answer as ErrorBody);
  if (response.status === 401 && !path.startsWith("/api/session")) onSignedOut();
  throw error;
}

async function reach(method: string, path: string, body: unknown): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json", "Accept-Language": i18next.language };
  const isFile = body instanceof Blob;
  if (body !== undefined && !isFile) headers["Content-Type"] = "application/json";
  if (!SAFE.has(method)) headers["X-CSRF-Token"] = csrf;
  const payload = body === undefined ? null : isFile ? body : JSON.stringify(body);
  try {
    return await fetch(at(path), { method, headers, body: payload, credentials: "same-origin" });
  } catch (error) {
    throw new Unreachable(String(error));
  }
}

/** Where the browser itself gets something from the server, such as the target of a link that saves a file. */
export const fileAt = (path: string): string => path;

/** Send a file as it is, and tell how much of it has gone, from 0 to 1. */
export function upload<T>(path: string, file: File, onPart: (share: number) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open("POST", fileAt(path));
    sending.responseType = "json";
    sending.setRequestHeader("Accept", "application/json");
    sending.setRequestHeader("X-CSRF-Token", csrf);
    sending.upload.onprogress = ({ loaded, total }) => onPart(total ? loaded / total : 0);
    sending.onerror = () => reject(new Unreachable(path));
    sending.onload = () => {
      if (sending.status < 300) {
        resolve(sending.response as T);
        return;
      }
      if (sending.status === 401) onSignedOut();
      reject(new ApiError(sending.status, (sending.response ?? {}) as ErrorBody));
    };
    sending.send(file);
  });
}

/** Ask for a file, and let the browser keep it under a name. */
export async function download(path: string, body: unknown, name: string): Promise<void> {
  const response = await reach("POST", path, body);
  if (!response.ok) {
    if (response.status === 401) onSignedOut();
    throw new ApiError(response.status, (await response.json().catch(() => ({}))) as ErrorBody);
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

function messageOf(detail: unknown): string | undefined {
  if (typeof detail === "string") return detail;
  if (!Array.isArray(detail)) return undefined;
  return detail
    .map((one: { loc?: unknown[]; msg?: string }) => `${(one.loc ?? []).join(".")}: ${one.msg ?? ""}`)
    .join("; ");
}

export const get = <T>(path: string): Promise<T> => request<T>("GET", path);
export const post = <T>(path: string, body: unknown = {}): Promise<T> => request<T>("POST", path, body);
export const put = <T>(path: string, body: unknown): Promise<T> => request<T>("PUT", path, body);
export const patch = <T>(path: string, body: unknown): Promise<T> => request<T>("PATCH", path, body);
export const remove = <T>(path: string): Promise<T> => request<T>("DELETE", path);
