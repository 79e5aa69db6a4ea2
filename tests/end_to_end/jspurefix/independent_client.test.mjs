// An independent FIX engine against emxd: whether the venue speaks FIX as others understand it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { client, is_fixt, order, price, voc } from './desk.mjs'

let seller
let buyer

const sell = (id, quantity, more) => seller.send('D', order(id, 'SH049-1', '2', quantity, more))
const buy = (id, quantity, more) => buyer.send('D', order(id, 'ZJ063-1', '1', quantity, more))

before(async () => {
  seller = client('SH049')
  buyer = client('ZJ063')
  await seller.connect()
  await buyer.connect()
})

after(async () => {
  await seller.leave()
  await buyer.leave()
  assert.deepEqual([...seller.unknown, ...buyer.unknown], [])
})

test('the venue answers a Logon with one of its own', () => {
  const [logon] = seller.frames.filter((frame) => frame.direction === 'in')
  assert.equal(logon.type, 'A')
  const of_version = is_fixt ? ['8=FIXT.1.1', '1137=9', '1409=0'] : ['8=FIX.4.4']
  for (const field of ['49=EMX', '56=SH049', '98=0', '108=30', ...of_version]) {
    assert.ok(`|${logon.text}`.includes(`|${field}|`), field)
  }
})

test('an order is acknowledged', async () => {
  sell('s1', 100)
  const report = await seller.next()
  assert.equal(report.type, '8')
  assert.equal(report.ExecType, '0')
  assert.equal(report.OrdStatus, '0')
  assert.equal(report.ClOrdID, 's1')
  assert.equal(report.Account, 'SH049-1')
  assert.equal(report.Instrument.Symbol, voc)
  assert.equal(report.OrderQtyData.OrderQty, 100)
  assert.equal(report.LeavesQty, 100)
  assert.equal(report.CumQty, 0)
  assert.equal(report.Price, price)
  assert.ok(report.OrderID && report.ExecID)
  assert.ok(Math.abs(report.TransactTime - new Date()) < 60_000)
})

test('a trade is told to both sides alike', async () => {
  buy('b1', 60)
  const accepted = await buyer.next()
  assert.equal(accepted.ExecType, '0')
  const bought = await buyer.next()
  const sold = await seller.next()
  for (const report of [bought, sold]) {
    assert.equal(report.ExecType, 'F')
    assert.equal(report.LastQty, 60)
    assert.equal(report.LastPx, price)
    assert.equal(report.AvgPx, price)
    assert.equal(report.ReplacementRatio, '1/1')
    assert.equal(report.CreditedQty, 60)
  }
  assert.equal(bought.OrdStatus, '2')
  assert.equal(sold.OrdStatus, '1')
  assert.equal(sold.LeavesQty, 40)
  assert.equal(bought.TradeID, sold.TradeID)
  assert.equal(bought.TrdMatchID, sold.TrdMatchID)
  assert.notEqual(bought.ExecID, sold.ExecID)
  assert.deepEqual(bought.TransactTime, sold.TransactTime)
  assert.equal(bought.AggressorIndicator, true)
  assert.equal(sold.AggressorIndicator, false)
})

test('a replace takes the place of the order', async () => {
  seller.send('G', { ...order('s2', 'SH049-1', '2', 90), OrigClOrdID: 's1', Price: price + 10 })
  const report = await seller.next()
  assert.equal(report.ExecType, '5')
  assert.equal(report.ClOrdID, 's2')
  assert.equal(report.OrigClOrdID, 's1')
  assert.equal(report.OrderQtyData.OrderQty, 90)
  assert.equal(report.CumQty, 60)
  assert.equal(report.LeavesQty, 30)
})

test('a cancel ends the order', async () => {
  seller.send('F', {
    ClOrdID: 's3', OrigClOrdID: 's2', Instrument: { Symbol: voc }, Side: '2', TransactTime: new Date()
  })
  const report = await seller.next()
  assert.equal(report.ExecType, '4')
  assert.equal(report.OrdStatus, '4')
  assert.equal(report.ClOrdID, 's3')
  assert.equal(report.LeavesQty, 0)
})

test('a cancel of nothing is rejected', async () => {
  seller.send('F', {
    ClOrdID: 's4', OrigClOrdID: 's0', Instrument: { Symbol: voc }, Side: '2', TransactTime: new Date()
  })
  const reject = await seller.next()
  assert.equal(reject.type, '9')
  assert.equal(reject.CxlRejReason, 1)
  assert.equal(reject.CxlRejResponseTo, '1')
  assert.match(reject.Text, /^D03_UNKNOWN_ORDER/)
})

test('a refusal has the code and words of the market', async () => {
  sell('s5', 100, { Price: 20000 })
  const report = await seller.next()
  assert.equal(report.ExecType, '8')
  assert.equal(report.OrdStatus, '8')
  assert.equal(report.OrdRejReason, 16)
  assert.equal(report.RuleCode, 305)
  assert.match(report.Text, /^O05_PRICE: the price is outside the day's price limits/)
})

test('a message without a required field gets a session reject that names it', async () => {
  const { Price, ...priceless } = order('s6', 'SH049-1', '2', 100)
  const from = seller.frames.length
  seller.send('D', priceless)
  await seller.frame_with(from, '35=3', '371=44', '373=1', '372=D')
})

test('what is not taken is given back with its id and the reason', async () => {
  sell('s6', 10, { Price: price + 20 })
  assert.equal((await seller.next()).ExecType, '0')
  const not_taken = async (type, message) => {
    seller.send(type, message)
    const reject = await seller.next()
    assert.equal(reject.type, 'j')
    assert.equal(reject.RefMsgType, type)
    assert.equal(reject.RefSeqNum, seller.transmitter.msgSeqNum - 1)
    assert.ok(reject.Text)
    return [reject.BusinessRejectReason, reject.BusinessRejectRefID]
  }
  const cancel = (id, symbol) => ({
    ClOrdID: id, OrigClOrdID: 's6', Instrument: { Symbol: symbol }, Side: '2', TransactTime: new Date()
  })
  assert.deepEqual(await not_taken('F', cancel('s6-1', 'SO2.AIR.YRD.IND.2630')), [0, 's6-1'])
  assert.deepEqual(await not_taken('g', { TradSesReqID: 'g1', SubscriptionRequestType: '0' }), [3, undefined])
  seller.send('F', cancel('s6-2', voc))
  assert.equal((await seller.next()).ExecType, '4')
})

test('a TestRequest is answered', async () => {
  const from = buyer.frames.length
  buyer.send('1', { TestReqID: 'are you there' })
  await buyer.frame_with(from, '35=0', '112=are you there')
})

test('messages come again on request, marked', async () => {
  const reports = buyer.frames.filter(({ direction, type }) => direction === 'in' && type === '8')
  const number = (frame) => Number(/\|34=(\d+)\|/.exec(frame.text)[1])
  const exec_id = (frame) => /\|17=([^|]+)\|/.exec(frame.text)[1]
  const from = buyer.frames.length
  buyer.send('2', { BeginSeqNo: number(reports[0]), EndSeqNo: number(reports[1]) })
  for (const report of reports.slice(0, 2)) {
    const again = await buyer.frame_with(from, '43=Y', `34=${number(report)}`)
    assert.equal(exec_id(again), exec_id(report))
    assert.match(again.text, /\|122=/)
  }
})

test('numbers go on after a logout', async () => {
  const numbers = (direction) => seller.frames
    .filter((frame) => frame.direction === direction && !frame.text.includes('|43=Y|'))
    .map((frame) => Number(/\|34=(\d+)\|/.exec(frame.text)[1]))
  await seller.leave()
  await seller.connect()
  sell('s7', 10, { TimeInForce: '1' })
  assert.equal((await seller.next()).ExecType, '0')
  for (const direction of ['in', 'out']) {
    const all = numbers(direction)
    assert.deepEqual(all, all.map((_, i) => i + 1), `numbers ${direction}`)
  }
})

test('what happened while the line was down is told at the next logon', async () => {
  sell('s8', 5)
  assert.equal((await seller.next()).ExecType, '0')
  await seller.drop()
  buy('b2', 10)
  assert.equal((await buyer.next()).ExecType, '0')
  assert.equal((await buyer.next()).ExecType, 'F')
  await seller.connect()
  const told = [await seller.next(), await seller.next()]
  const sold = told.find((report) => report.ClOrdID === 's7')
  assert.equal(sold.ExecType, 'F')
  assert.equal(sold.LastQty, 10)
  const gone = told.find((report) => report.ClOrdID === 's8')
  assert.equal(gone.ExecType, '4', 'a DAY order ends with the session')
  assert.equal(gone.LeavesQty, 0)
})

test('a block is alleged, accepted and trades', async () => {
  // What earlier orders still have to say is passed over.
  const next_of_block = async (client) => {
    const message = await client.next()
    return message.type === '8' ? next_of_block(client) : message
  }
  const side = (of, account, other) => ({
    TrdCapRptSideGrp: {
      NoSides: [{
        Side: of,
        Parties: { NoPartyIDs: [{ PartyID: other, PartyIDSource: 'D', PartyRole: 17 }] },
        Account: account
      }]
    }
  })
  buyer.send('AE', {
    TradeReportID: 't1',
    TradeReportTransType: 0,
    TradeReportType: 0,
    TrdType: 1,
    Instrument: { Symbol: voc },
    LastQty: 30001,
    LastPx: price,
    TransactTime: new Date(),
    ...side('2', 'ZJ063-1', 'SH049-1')
  })
  const taken = await next_of_block(buyer)
  assert.equal(taken.type, 'AR')
  assert.equal(taken.TradeReportID, 't1')
  assert.equal(taken.TrdRptStatus, 0)
  const alleged = await next_of_block(seller)
  assert.equal(alleged.type, 'AE')
  assert.equal(alleged.TradeReportType, 1)
  assert.equal(alleged.Instrument.Symbol, voc)
  assert.equal(alleged.LastQty, 30001)
  assert.equal(alleged.LastPx, price)
  const [own] = alleged.TrdCapRptSideGrp.NoSides
  assert.equal(own.Side, '1')
  assert.equal(own.Account, 'SH049-1')
  assert.equal(own.Parties.NoPartyIDs[0].PartyID, 'ZJ063-1')
  seller.send('AE', {
    TradeReportID: 't2',
    TradeReportType: 2,
    TradeReportRefID: alleged.TradeReportID,
    Instrument: { Symbol: voc },
    LastQty: 30001,
    LastPx: price,
    TransactTime: new Date(),
    ...side('1', 'SH049-1', 'ZJ063-1')
  })
  const accepted = await next_of_block(seller)
  assert.equal(accepted.type, 'AR')
  assert.equal(accepted.TrdRptStatus, 0)
  const bought = await next_of_block(seller)
  const sold = await next_of_block(buyer)
  for (const report of [bought, sold]) {
    assert.equal(report.type, 'AE')
    assert.equal(report.ExecType, 'F')
    assert.equal(report.LastQty, 30001)
    assert.equal(report.MatchStatus, '0')
  }
  assert.equal(bought.TradeID, sold.TradeID)
  assert.equal(sold.TradeReportRefID, 't1')
})

test('what has become of an order is told on request', async () => {
  sell('s9', 40)
  assert.equal((await seller.next()).ExecType, '0')
  seller.send('H', { ClOrdID: 's9', OrdStatusReqID: 'h1', Instrument: { Symbol: voc }, Side: '2' })
  const status = await seller.next()
  assert.equal(status.ExecType, 'I')
  assert.equal(status.OrdStatus, '0')
  assert.equal(status.OrdStatusReqID, 'h1')
  assert.equal(status.LeavesQty, 40)
  seller.send('AF', { MassStatusReqID: 'af1', MassStatusReqType: 7 })
  const open = [await seller.next()]
  while (!open.at(-1).LastRptRequested) open.push(await seller.next())
  assert.equal(open.length, open[0].TotNumReports)
  assert.deepEqual(open.filter((report) => report.ClOrdID === 's9').map((report) => report.LeavesQty), [40])
})

test('a mass cancel lets all orders go', async () => {
  sell('s10', 50)
  assert.equal((await seller.next()).ExecType, '0')
  seller.send('q', { ClOrdID: 'q1', MassCancelRequestType: '7', TransactTime: new Date() })
  const told = [await seller.next()]
  while (told.at(-1).type !== 'r') told.push(await seller.next())
  const { MassCancelResponse, TotalAffectedOrders } = told.at(-1)
  assert.equal(MassCancelResponse, '7')
  assert.equal(TotalAffectedOrders, told.length - 1)
  assert.ok(told.some((report) => report.ClOrdID === 's10' && report.ExecType === '4'))
})

test('a wrong password is refused in words', async () => {
  const stranger = client('JS074', 'guess')
  await assert.rejects(stranger.connect())
  const [logout] = stranger.frames.filter((frame) => frame.direction === 'in')
  assert.equal(logout.type, '5')
  if (is_fixt) assert.ok(logout.text.includes('|1409=5|'))
  assert.match(logout.text, /unknown CompID, user name or password/)
})
