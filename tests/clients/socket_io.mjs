// Listens as PeerTube's web client does, and prints what it hears, a line of JSON each.
// socket_io.mjs URL TRANSPORTS QUERY AUTH: transports with commas; query and auth are JSON.
import { createRequire } from 'node:module'

const { io } = createRequire(process.env.PEERTUBE_CLI)('socket.io-client')
const [url, transports, query, auth] = process.argv.slice(2)

const socket = io(`${url}/user-notifications`, { transports: transports.split(','), query: JSON.parse(query), auth: JSON.parse(auth), reconnection: false })
const say = (event, what) => console.log(JSON.stringify({ event, what }))
socket.on('connect', () => say('connect', socket.io.engine.transport.name))
socket.on('connect_error', (error) => {
  say('connect_error', error.message)
  socket.close()
})
socket.on('disconnect', (reason) => say('disconnect', reason))
socket.on('new-notification', (notification) => say('new-notification', notification))
