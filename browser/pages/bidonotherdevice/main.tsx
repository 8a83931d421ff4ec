import { openPage } from '../kit/open.tsx';
import { type OrderKind, OrderPage } from '../kit/order.tsx';

const kind: OrderKind = { family: 'bankid', lead: 'bankid.leadQr', beginsAlone: true };

void openPage(() => <OrderPage kind={kind} />);
