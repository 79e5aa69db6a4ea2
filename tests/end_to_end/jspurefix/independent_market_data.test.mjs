// An independent FIX engine that reads emxd's market and reference data, while two firms trade by it.
// Who runs this puts all books into a phase when asked to, and has more books than go into one list.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Book, levels_of } from './book.mjs'
import { ask, client, is_fixt, order, price, reader, voc } from './desk.mjs'

const press = reader('PRESS')
const desk = reader('DESK', { heartbeat_s: 1 })
const seller = client('ZJ063')
const buyer = client('SH049')
const everyone = [press, desk, seller, buyer]

const offer = (id, quantity, more) => seller.send('D', order(id, 'ZJ063-1', '2', quantity, more))
const bid = (id, quantity, more) => buyer.send('D', order(id, 'SH049-1', '1', quantity, more))
const report = async (trader, exec_type) => {
  const message = await trader.next()
  assert.equal(message.ExecType, exec_type, message.Text)
  return message
}

const [as_it_is, with_changes, no_more] = ['0', '1', '2']
const view = (id, types, subscription, { symbols = [voc], ...more } = {}) => ({
  MDReqID: id,
  SubscriptionRequestType: subscription,
  MarketDepth: 0,
  MDReqGrp: { NoMDEntryTypes: [...types].map((MDEntryType) => ({ MDEntryType })) },
  InstrmtMDReqGrp: { NoRelatedSym: symbols.map((Symbol) => ({ Instrument: { Symbol } })) },
  ...more
})
// The next answer, of this type.
const answer = async (who, type) => {
  const message = await who.next()
  assert.equal(message.type, type, message.Text)
  return message
}
const look = async (who, ...request) => {
  who.send('V', view(...request))
  return await answer(who, 'W')
}
// Market data follows what is told of orders: it has come to this entry.
const follows = async (entry) => {
  for (let tries = 0; tries < 500; ++tries) {
    if (Number((await look(press, 'how far', 'B', as_it_is)).LedgerSeq) >= entry) return
    await pause(20)
  }
  assert.fail(`market data does not come to ${entry}`)
}
const entry_of = (frame) => Number(/\|9706=(\d+)\|/.exec(frame.text)[1])
// What was on its way is passed over.
const end = async (who, id, types) => {
  who.send('V', view(id, types, no_more))
  await who.round_trip(`the end of ${id}`)
  who.pass_over()
}
const entries = (message) => (message.MDFullGrp ?? message.MDIncGrp)?.NoMDEntries ?? []
const numbers = (who, direction, from) => who.frames.slice(from)
  .filter((frame) => frame.direction === direction)
  .map((frame) => Number(/\|34=(\d+)\|/.exec(frame.text)[1]))

before(async () => {
  for (const one of [press, seller, buyer]) await one.connect()
})

after(async () => {
  for (const one of everyone) await one.leave()
  assert.deepEqual(everyone.flatMap((one) => one.unknown), [])
})

test('each Logon starts the numbers again, and has to', async () => {
  const logon = press.frames.find((frame) => frame.direction === 'in').text
  const of_version = is_fixt ? ['8=FIXT.1.1', '1137=9', '1409=0'] : ['8=FIX.4.4']
  for (const field of ['35=A', '34=1', '141=Y', '49=EMX', '56=PRESS', ...of_version]) {
    assert.ok(`|${logon}`.includes(`|${field}|`), field)
  }
  const goes_on = reader('DESK', { starts_again: false })
  await assert.rejects(goes_on.connect())
  const why = 'numbers start again at each logon here: ResetSeqNumFlag (141) must be Y'
  await goes_on.frame_with(0, '35=5', `58=${why}`)
  await desk.connect()
})

test('a book is told as it is, once', async () => {
  offer('a1', 40)
  const { LedgerSeq } = await report(seller, '0')
  await follows(Number(LedgerSeq))
  await look(press, 'follow', '1', with_changes)  // it is the first to know
  const book = await look(press, 'once', '01M', as_it_is)
  assert.equal(book.Instrument.Symbol, voc)
  assert.equal(book.RptSeq, 0)
  assert.equal(book.LedgerSeq, LedgerSeq)
  assert.ok(Math.abs(book.TransactTime - new Date()) < 60_000)
  const [level, reference] = entries(book)
  assert.deepEqual(level, { MDEntryType: '1', MDEntryPx: price, MDEntrySize: 40 })
  assert.equal(reference.MDEntryType, 'M')
  assert.equal(reference.MDEntryPx, price)
  const { LowLimitPrice, HighLimitPrice } = is_fixt ? reference.PriceLimits : reference
  assert.deepEqual([LowLimitPrice, HighLimitPrice], [10790, 13170])
  offer('a2', 5)
  await report(seller, '0')
  assert.equal((await answer(press, 'X')).MDReqID, 'follow')
  await end(press, 'follow', '1')
})

test('the book that is made from the changes is the book, also amid them', async () => {
  const book = new Book(await look(press, 'book', '012B', with_changes))
  const orders = Array.from({ length: 60 }, (_, i) => i)
  for (const i of orders) {
    const more = { Price: price + 10 * (i * 7 % 5 - 2) }
    if (i % 2) bid(`m${i}`, 10 + i, more)
    else offer(`m${i}`, 10 + i * 3 % 50, more)
    if (i % 10 === 9) press.send('V', view(`amid ${i}`, '012B', as_it_is))
  }
  for (const i of orders) await (i % 2 ? buyer : seller).frame_with(0, '35=8', `11=m${i}`, '150=0')
  bid('m101', 7, { Price: price - 100 })
  buyer.send('F', {
    ClOrdID: 'm102', OrigClOrdID: 'm101', Instrument: { Symbol: voc }, Side: '1', TransactTime: new Date()
  })
  await buyer.frame_with(0, '35=8', '11=m102', '150=4')
  offer('m103', 5, { Price: price + 90 })
  seller.send('G', { ...order('m104', 'ZJ063-1', '2', 45, { Price: price + 100 }), OrigClOrdID: 'm103' })
  const replaced = await seller.frame_with(0, '35=8', '11=m104', '150=5')
  const last = entry_of(replaced)

  let amid = 0
  while (book.as_of < last || amid < 6) {
    const message = await press.next()
    if (message.MDReqID === 'book') {
      book.apply(message)
    } else {
      ++amid
      assert.deepEqual(levels_of(message), book.levels())
      assert.equal(message.RptSeq, book.number)
      assert.ok(Number(message.LedgerSeq) >= book.as_of)
    }
  }
  const traded = buyer.messages.map(({ message }) => message).filter(({ ExecType }) => ExecType === 'F')
  assert.ok(traded.length > 10)
  const line = (of) => `${of.TradeID} ${of.MDEntryPx ?? of.LastPx} ${of.MDEntrySize ?? of.LastQty}`
  assert.deepEqual(book.trades.map(line), traded.map(line))
  assert.deepEqual(book.trades.map(({ AggressorSide }) => AggressorSide),
    traded.map(({ AggressorIndicator }) => AggressorIndicator ? '1' : '2'))
  assert.equal(book.volume, traded.reduce((sum, { LastQty }) => sum + LastQty, 0))

  const same = await look(press, 'same', '012B', as_it_is)
  assert.equal(same.RptSeq, book.number)
  // Of these types nobody was told anything yet.
  const fresh = await look(press, 'fresh', '01', as_it_is)
  for (const snapshot of [same, fresh]) {
    assert.equal(Number(snapshot.LedgerSeq), book.as_of)
    assert.deepEqual(levels_of(snapshot), book.levels())
  }
  assert.ok(book.levels().length >= 2)
})

test('a block is a trade of its own kind', async () => {
  const side = (of, account, other) => ({
    TrdCapRptSideGrp: {
      NoSides: [{
        Side: of,
        Account: account,
        Parties: { NoPartyIDs: [{ PartyID: other, PartyIDSource: 'D', PartyRole: 17 }] }
      }]
    }
  })
  const block = {
    TrdType: 1, Instrument: { Symbol: voc }, LastQty: 30001, LastPx: price, TransactTime: new Date()
  }
  seller.send('AE', {
    TradeReportID: 't1',
    TradeReportTransType: 0,
    TradeReportType: 0,
    ...block,
    ...side('2', 'ZJ063-1', 'SH049-1')
  })
  const alleged = await buyer.frame_with(0, '35=AE', '856=1')
  buyer.send('AE', {
    TradeReportID: 't2',
    TradeReportType: 2,
    TradeReportRefID: /\|571=([^|]+)\|/.exec(alleged.text)[1],
    ...block,
    ...side('1', 'SH049-1', 'ZJ063-1')
  })
  await buyer.frame_with(0, '35=AE', '150=F')
  const [trade, volume] = entries(await answer(press, 'X'))
  assert.equal(trade.MDEntryType, '2')
  assert.equal(trade.MDEntrySize, 30001)
  assert.equal(trade.MDEntryPx, price)
  assert.equal(trade.TrdType, 1)
  assert.equal(trade.AggressorSide, undefined)
  assert.equal(volume.MDEntryType, 'B')
  assert.ok(volume.MDEntrySize > 30001)
})

test('no more is told after the end of a subscription', async () => {
  await look(press, 'still', '1', with_changes)
  press.send('V', view('book', '012B', no_more))
  await press.round_trip('ended')
  const told = press.messages.length
  offer('u1', 3, { Price: price + 500 })
  const [change] = entries(await answer(press, 'X'))
  assert.equal(change.MDEntryPx, price + 500)
  await end(press, 'still', '1')
  assert.deepEqual(press.messages.slice(told).map(({ message }) => message.MDReqID), ['still'])
})

test('each time all, for who wants it so', async () => {
  await look(press, 'all', '1', with_changes, { MDUpdateType: 0 })
  offer('w1', 2, { Price: price + 510 })
  const all = await answer(press, 'W')
  assert.equal(all.MDReqID, 'all')
  assert.deepEqual(levels_of(all), levels_of(await look(press, 'now', '1', as_it_is)))
  assert.ok(levels_of(all).includes(`1 ${price + 510} 2`))
  await end(press, 'all', '1')
})

test('what a trade between provinces leaves of their caps is told', async () => {
  // What ZJ may still sell. In a 35=X the province is of the Instrument.
  const room = (message) => entries(message).find(({ Instrument, StateOrProvinceOfIssue, Side }) =>
    (Instrument?.StateOrProvinceOfIssue ?? StateOrProvinceOfIssue) === 'ZJ' && Side === '2')
  const before = room(await look(press, 'room', 'y', with_changes))
  offer('y1', 100, { Price: 10800 })
  bid('y2', 100, { Price: 13160 })
  const after = room(await answer(press, 'X'))
  assert.equal(after.MDUpdateAction, '1')
  assert.ok(after.Headroom < before.Headroom)
  await end(press, 'room', 'y')
})

test('a firm sees what its facility could trade', async () => {
  for (const trader of [seller, buyer]) {
    const id = `q-${trader.description.SenderCompId}`
    trader.send('q', { ClOrdID: id, MassCancelRequestType: '7', TransactTime: new Date() })
    await trader.frame_with(0, '35=r', `11=${id}`)
  }
  offer('v1', 40)
  await seller.frame_with(0, '11=v1', '150=0')
  buyer.send('D', order('v2', 'SH049-1', '2', 10, { Price: price + 10 }))
  await follows(entry_of(await buyer.frame_with(0, '11=v2', '150=0')))
  assert.deepEqual(levels_of(await look(press, 'public', '01', as_it_is)),
    [`1 ${price} 40`, `1 ${price + 10} 10`])
  // Of its own, and of what it may not or would not have, there is nothing in it. For a buyer in
  // Qingpu it takes three for two.
  const own = async (more) =>
    levels_of(await look(desk, 'own', '01', as_it_is, { Account: 'SH049-1', ...more }))
  assert.deepEqual(await own(), [`1 ${price} 40`])
  assert.deepEqual(await own({ LocalOnly: true }), [])
  assert.deepEqual(await own({ MaxRatio: '149/100' }), [])
  assert.deepEqual(await own({ MaxRatio: '3/2' }), [`1 ${price} 40`])
  const book = new Book(await look(desk, 'own', '01', with_changes, { Account: 'SH049-1' }))
  offer('v3', 15)
  book.apply(await answer(desk, 'X'))
  assert.deepEqual(book.levels(), [`1 ${price} 55`])
  await end(desk, 'own', '01')
})

test('what cannot be told is refused with the reason', async () => {
  const refused = async (who, ...request) => {
    who.send('V', view(...request))
    const { MDReqID, MDReqRejReason, Text } = await answer(who, 'Y')
    assert.equal(MDReqID, request[0])
    assert.ok(Text)
    return MDReqRejReason
  }
  assert.equal(await refused(press, 'n0', '01', as_it_is, { symbols: ['NO.SUCH'] }), '0')
  await look(press, 'n1', '01', with_changes)
  assert.equal(await refused(press, 'n1', '01', with_changes), '1')
  press.send('x', { SecurityReqID: 'n2', SecurityListRequestType: 4 })
  const page = await answer(press, 'y')
  await answer(press, 'y')
  const symbols = page.SecListGrp.NoRelatedSym.slice(0, 21).map(({ Instrument }) => Instrument.Symbol)
  assert.equal(await refused(desk, 'n2', '01', with_changes, { symbols, Account: 'SH049-1' }), '2')
  assert.equal(await refused(desk, 'n3', '01', as_it_is, { Account: 'ZJ063-1' }), '3')
  assert.equal(await refused(press, 'n3', '01', as_it_is, { Account: 'SH049-1' }), '3')
  assert.equal(await refused(press, 'n4', '01', no_more), '4')
  assert.equal(await refused(press, 'n5', '01', as_it_is, { MarketDepth: 1001 }), '5')
  assert.equal(await refused(press, 'n7', '01', as_it_is, { AggregatedBook: false }), '7')
  assert.equal(await refused(press, 'n8', '0F', as_it_is), '8')
  await end(press, 'n1', '01')
})

test('the list of instruments comes in pages', async () => {
  press.send('x', { SecurityReqID: 'x1', SecurityListRequestType: 4 })
  const pages = [await answer(press, 'y')]
  while (!pages.at(-1).LastFragment) pages.push(await answer(press, 'y'))
  assert.ok(pages.length > 1)
  const instruments = pages.flatMap((page) => page.SecListGrp.NoRelatedSym)
  const symbols = new Set(instruments.map(({ Instrument }) => Instrument.Symbol))
  assert.equal(symbols.size, instruments.length)
  assert.equal(new Set(pages.map((page) => page.SecurityResponseID)).size, pages.length)
  for (const page of pages) {
    assert.equal(page.SecurityReqID, 'x1')
    assert.equal(page.SecurityRequestResult, 0)
    assert.equal(page.TotNoRelatedSym, instruments.length)
    assert.equal(page.LedgerSeq, pages[0].LedgerSeq)
  }
  press.send('x', { SecurityReqID: 'x2', SecurityListRequestType: 0, Instrument: { Symbol: voc } })
  const [of_voc] = (await answer(press, 'y')).SecListGrp.NoRelatedSym
  assert.deepEqual(of_voc, instruments.find(({ Instrument }) => Instrument.Symbol === voc))
  const limits = { LowLimitPrice: 10790, HighLimitPrice: 13170, TradingReferencePrice: price }
  const attributes = {
    NoAssetAttributes: [['TENURE', '2026-2030'], ['BASIN', 'YRD'], ['SOURCE_CLASS', 'IND']].map(
      ([AssetAttributeType, AssetAttributeValue]) => ({ AssetAttributeType, AssetAttributeValue }))
  }
  const names = { Symbol: voc, SecurityID: voc, SecurityIDSource: '8' }
  const details = {
    SecurityStatus: '1',
    AssetClass: 18,
    AssetType: 'VOC',
    MinPriceIncrement: 10,
    UnitOfMeasure: 'kg',
    UnitOfMeasureQty: 1
  }
  assert.deepEqual(of_voc, is_fixt
    ? {
        Instrument: { ...names, ...details, AssetAttributeGrp: attributes },
        SecurityTradingRules: { BaseTradingRules: { PriceLimits: limits, RoundLot: 1 } },
        Currency: 'CNY'
      }
    : { Instrument: names, ...details, ...attributes, ...limits, RoundLot: 1, Currency: 'CNY' })
  press.send('x', { SecurityReqID: 'x3', SecurityListRequestType: 0, Instrument: { Symbol: 'NO.SUCH' } })
  const none = await answer(press, 'y')
  assert.equal(none.SecurityRequestResult, 2)
  assert.equal(none.TotNoRelatedSym, 0)
  assert.equal(none.LastFragment, true)
})

test('where a book and the market stand is told, and when it changes', async () => {
  const of_book = { SecurityStatusReqID: 'e1', Instrument: { Symbol: voc } }
  const of_market = { TradSesReqID: 'g1' }
  press.send('e', { ...of_book, SubscriptionRequestType: with_changes })
  const status = await answer(press, 'f')
  assert.equal(status.SecurityStatusReqID, 'e1')
  assert.equal(status.Instrument.Symbol, voc)
  assert.equal(status.TradingReferencePrice, price)
  assert.ok(status.HighPx > status.LowPx)
  desk.send('g', { ...of_market, SubscriptionRequestType: with_changes })
  const session = await answer(desk, 'h')
  assert.equal(session.TradSesReqID, 'g1')
  assert.equal(session.TradeDate.toISOString().slice(0, 10), '2026-06-18')
  const codes = ({ SecurityTradingStatus, TradSesStatus, TradingSessionSubID, Text }) =>
    [SecurityTradingStatus ?? TradSesStatus, TradingSessionSubID, Text]
  assert.deepEqual(codes(status), [17, '3', 'continuous'])
  assert.deepEqual(codes(session), [2, '3', 'continuous'])
  await ask('halt')
  assert.deepEqual(codes(await answer(press, 'f')), [2, '7', 'halt'])
  assert.deepEqual(codes(await answer(desk, 'h')), [1, '7', 'halt'])
  press.send('e', { ...of_book, SubscriptionRequestType: no_more })
  desk.send('g', { ...of_market, SubscriptionRequestType: no_more })
  await look(press, 'phase', 'x', with_changes)
  await ask('continuous')
  const [phase] = entries(await answer(press, 'X'))
  assert.deepEqual(codes(phase), [17, '3', 'continuous'])
  await desk.round_trip('nothing of it')
  assert.equal(desk.messages.at(-1).message.Text, 'halt')
  await end(press, 'phase', 'x')
  press.send('e', { ...of_book, Instrument: { Symbol: 'NO.SUCH' }, SubscriptionRequestType: as_it_is })
  assert.equal((await answer(press, 'f')).SecurityTradingStatus, 20)
})

test('who reads enters nothing', async () => {
  press.send('D', order('p1', 'SH049-1', '1', 10))
  const reject = await answer(press, 'j')
  assert.equal(reject.RefMsgType, 'D')
  assert.equal(reject.BusinessRejectReason, 3)
  assert.equal(reject.RefSeqNum, press.transmitter.msgSeqNum - 1)
})

test('nothing is sent again: what is asked for is passed over', async () => {
  const from = press.frames.length
  press.send('2', { BeginSeqNo: 1, EndSeqNo: 0 })
  const fill = await press.frame_with(from, '35=4', '123=Y', '34=1')
  const next = Number(/\|36=(\d+)\|/.exec(fill.text)[1])
  assert.equal(next, Math.max(...numbers(press, 'in', 0).slice(0, -1)) + 1)
})

test('a reader that comes back starts again', async () => {
  await look(press, 'again', '01', with_changes)
  await press.drop()
  const from = press.frames.length
  offer('r1', 4, { Price: price + 520 })
  const away = entry_of(await seller.frame_with(0, '11=r1', '150=0'))
  await press.connect()
  await follows(away)
  const book = new Book(await look(press, 'again', '01', with_changes))
  assert.equal(book.number, 0)
  assert.ok(book.levels().includes(`1 ${price + 520} 4`))
  offer('r2', 6, { Price: price + 520 })
  book.apply(await answer(press, 'X'))
  assert.ok(book.levels().includes(`1 ${price + 520} 10`))
  for (const direction of ['in', 'out']) {
    const all = numbers(press, direction, from)
    assert.deepEqual(all, all.map((_, i) => i + 1), `numbers ${direction}`)
  }
})

test('both sides say that they are there, and answer when they are asked', async () => {
  const from = desk.frames.length
  for (const way of ['in', 'out']) {
    await desk.until(`a Heartbeat ${way}`, () => desk.frames.slice(from).find(({ direction, type }) =>
      direction === way && type === '0'))
  }
  await desk.round_trip('are you there')
  // Once more, without a word of its own: then the venue asks, and goes on when it is answered.
  await desk.leave()
  desk.is_silent = true
  await desk.connect()
  const silent_from = desk.frames.length
  const asked = () => desk.frames.slice(silent_from)
    .filter(({ direction, type }) => direction === 'in' && type === '1')
    .map(({ text }) => /\|112=([^|]+)\|/.exec(text)[1])
  await desk.until('a second TestRequest', () => asked().length >= 2 ? true : undefined)
  desk.send('g', { TradSesReqID: 'g2', SubscriptionRequestType: as_it_is })
  assert.equal((await answer(desk, 'h')).TradSesReqID, 'g2')
  const answered = desk.frames.slice(silent_from)
    .filter(({ direction, type }) => direction === 'out' && type === '0')
    .map(({ text }) => /\|112=([^|]+)\|/.exec(text)[1])
  assert.deepEqual(answered, asked())
})
