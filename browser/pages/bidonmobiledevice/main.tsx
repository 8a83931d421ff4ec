import { openPage } from '../kit/open.tsx';
import { type OrderKind, OrderPage } from '../kit/order.tsx';

const kind: OrderKind = { family: 'bankid', lead: 'bankid.leadSame' };

void openPage(() => <OrderPage kind={kind} />);
