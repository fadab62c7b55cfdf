/** A picture of a file before it is sent, where the browser can read it: a volunteer knows a film by its picture. */

const WIDTH = 320
/** A file that the browser cannot show in this time has no picture here. */
const PATIENCE_MS = 6000

const known = new WeakMap<File, Promise<string | null>>()
let last: Promise<unknown> = Promise.resolve()

/** The picture as an address, or null. One file is looked at at a time; each once. */
export function stillOf(file: File): Promise<string | null> {
  let found = known.get(file)
  if (!found) {
    found = last.then(() => (file.type.startsWith('video/') ? draw(file) : null)).catch(() => null)
    known.set(file, found)
    last = found
  }
  return found
}

async function draw(file: File): Promise<string | null> {
  const video = document.createElement('video')
  const address = URL.createObjectURL(file)
  try {
    video.muted = true
    video.preload = 'auto'
    video.src = address
    await happens(video, 'loadeddata')
    video.currentTime = Math.min(10, (video.duration || 0) / 4)
    await happens(video, 'seeked')
    const canvas = document.createElement('canvas')
    canvas.width = WIDTH
    canvas.height = Math.round((WIDTH * video.videoHeight) / video.videoWidth)
    canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height)
    return canvas.toDataURL('image/jpeg', 0.7)
  } finally {
    video.removeAttribute('src')
    video.load()
    URL.revokeObjectURL(address)
  }
}

function happens(video: HTMLVideoElement, name: string): Promise<void> {
  return new Promise((done, failed) => {
    const timer = setTimeout(() => failed(new Error('too slow')), PATIENCE_MS)
    const end = (act: () => void) => () => {
      clearTimeout(timer)
      act()
    }
    video.addEventListener(name, end(done), { once: true })
    video.addEventListener('error', end(() => failed(new Error('unreadable'))), { once: true })
  })
}
