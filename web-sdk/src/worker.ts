/** The service worker that shows push messages: copy it to your site, or `importScripts` it in your own. */
const worker = self as unknown as ServiceWorkerGlobalScope;

worker.addEventListener("push", (event) => {
  const { title, body, url } = (event.data?.json() ?? {}) as { title?: string; body?: string; url?: string };
  event.waitUntil(worker.registration.showNotification(title ?? "", { body: body ?? "", data: { url } }));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { url } = (event.notification.data ?? {}) as { url?: string };
  if (url) event.waitUntil(worker.clients.openWindow(url));
});
export {};
