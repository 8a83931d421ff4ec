import { openPage } from '../kit/open.tsx';
import { type OrderKind, OrderPage } from '../kit/order.tsx';

const kind: OrderKind = {
  family: 'onetouch',
  lead: 'onetouch.leadOther',
  asked: { name: 'identifier', label: 'user', autoComplete: 'username' },
};

void openPage(() => <OrderPage kind={kind} />);
