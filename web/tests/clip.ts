import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface Wish {
  seconds: number
  width?: number
  height?: number
  /** `copy`: H.264 and AAC as phones make them; `encode`: VP8 and Vorbis, which have to be made anew. */
  fit?: 'copy' | 'encode'
  /** Kilobits per second of the picture. */
  rate?: number
}

/** Makes a clip with GStreamer: a moving test picture and a tone. */
export function makeClip({ seconds, width = 640, height = 360, fit = 'copy', rate = 1500 }: Wish): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'clip-'))
  const file = join(folder, 'clip')
  const video =
    fit === 'copy'
      ? `x264enc speed-preset=ultrafast bitrate=${rate} key-int-max=50 ! video/x-h264,profile=main ! h264parse`
      : `vp8enc deadline=1 target-bitrate=${rate * 1000} keyframe-max-dist=60`
  const audio = fit === 'copy' ? 'audioconvert ! avenc_aac ! aacparse' : 'audioconvert ! vorbisenc'
  const mux = fit === 'copy' ? 'mp4mux' : 'webmmux'
  const pattern = rate > 5000 ? 'snow' : 'ball'
  const line =
    `-q videotestsrc num-buffers=${seconds * 25} pattern=${pattern} ! video/x-raw,format=I420,width=${width},height=${height},framerate=25/1 ! ${video} ! queue ! m. ` +
    `audiotestsrc num-buffers=${Math.ceil((seconds * 44100) / 1024)} samplesperbuffer=1024 freq=330 volume=0.1 ! audio/x-raw,rate=44100,channels=2 ! ${audio} ! queue ! m. ` +
    `${mux} name=m ! filesink location=${file}`
  try {
    execFileSync('gst-launch-1.0', line.split(' '), { stdio: ['ignore', 'ignore', 'inherit'] })
    return readFileSync(file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
