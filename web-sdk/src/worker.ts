/** The service worker that shows push messages: copy it to your site, or `importScripts` it in your own. */
const worker = self as unknown as ServiceWorkerGlobalScope;

interface Message {
  title?: string;
  body?: string;
  url?: string;
}

/** What a push says; one that is no JSON comes from elsewhere, and is shown all the same: browsers ask for it. */
function messageOf(data: PushMessageData | null): Message {
  try {
    return (data?.json() ?? {}) as Message;
  } catch {
    return { title: data?.text() ?? "" };
  }
}

worker.addEventListener("push", (event) => {
  const { title, body, url } = messageOf(event.data);
  event.waitUntil(worker.registration.showNotification(title ?? "", { body: body ?? "", data: { url } }));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { url } = (event.notification.data ?? {}) as { url?: string };
  if (url) event.waitUntil(worker.clients.openWindow(url));
});
export {};
