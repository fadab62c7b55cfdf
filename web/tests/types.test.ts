import type * as PT from '@peertube/peertube-types'
import { expectTypeOf, test } from 'vitest'
import type * as Ours from '../src/api/types'

/** What pages read of PeerTube's models is in PeerTube's own types: checked by `npm run check`. */
test('the types of the pages are views on PeerTube’s', () => {
  expectTypeOf<PT.Video>().toExtend<Omit<Ours.VideoItem, 'publishedAt' | 'createdAt' | 'originallyPublishedAt' | 'account' | 'channel'>>()
  expectTypeOf<PT.Account>().toExtend<Pick<Ours.Account, 'id' | 'name' | 'host' | 'displayName' | 'followersCount'>>()
  expectTypeOf<PT.VideoChannel>().toExtend<Pick<Ours.Group, 'id' | 'name' | 'host' | 'displayName' | 'support' | 'isLocal'>>()
  expectTypeOf<PT.VideoFile>().toExtend<Pick<Ours.VideoFile, 'id' | 'resolution' | 'size' | 'fps'>>()
  expectTypeOf<PT.ServerConfig['instance']>().toExtend<Pick<Ours.ServerConfig['instance'], 'name' | 'shortDescription'>>()
  expectTypeOf<PT.ServerStats>().toExtend<Ours.Stats>()
  expectTypeOf<PT.VideoCaption>().toExtend<Pick<Ours.Caption, 'language' | 'captionPath'>>()
  expectTypeOf<PT.VideoChapter>().toExtend<Ours.Chapter>()
})
