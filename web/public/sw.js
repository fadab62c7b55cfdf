// Shows what is pushed while no page of the kiosk is open. It keeps and fetches nothing.
self.addEventListener('push', (event) => {
  if (!event.data) return
  const news = event.data.json()
  event.waitUntil(
    self.registration.showNotification(news.title, { body: news.body, tag: news.tag, lang: news.lang, dir: 'auto', icon: '/icon-192.png', data: { url: news.url } }),
  )
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const url = event.notification.data.url
  const show = async () => {
    const open = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
    const page = open.find((one) => one.url === url)
    return page ? page.focus() : self.clients.openWindow(url)
  }
  event.waitUntil(show())
})
