"""Mail providers whose addresses anybody may have: their domain says nothing about where a person works.

Names of public mail services that the providers list on their own registration pages, in Russia and elsewhere.
"""

FREE_MAIL = frozenset(
    # Mail.ru and its further names; Yandex; Rambler; other Russian and neighbouring services
    """
    mail.ru inbox.ru list.ru bk.ru internet.ru xmail.ru vk.com
    yandex.ru ya.ru yandex.com yandex.by yandex.kz yandex.ua yandex.com.tr yandex.uz narod.ru
    rambler.ru lenta.ru autorambler.ru myrambler.ru ro.ru rambler.ua
    pochta.ru nextmail.ru hotbox.ru qip.ru e1.ru ngs.ru sibmail.com mail15.com tut.by
    ukr.net i.ua meta.ua bigmir.net mail.kz mail.uz
    gmail.com googlemail.com
    outlook.com outlook.fr outlook.de outlook.es hotmail.com hotmail.co.uk hotmail.fr hotmail.de hotmail.it
    live.com live.ru live.co.uk live.fr msn.com windowslive.com
    icloud.com me.com mac.com
    yahoo.com yahoo.co.uk yahoo.fr yahoo.de yahoo.it yahoo.es yahoo.co.jp yahoo.co.in yahoo.com.br ymail.com
    rocketmail.com aol.com aim.com
    proton.me protonmail.com pm.me tutanota.com tutanota.de tuta.io tuta.com hushmail.com
    fastmail.com fastmail.fm zoho.com zohomail.com zohomail.eu mail.com email.com usa.com
    gmx.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de freenet.de posteo.de mailbox.org
    orange.fr wanadoo.fr laposte.net free.fr sfr.fr libero.it virgilio.it tiscali.it alice.it
    wp.pl onet.pl o2.pl interia.pl op.pl seznam.cz centrum.cz email.cz azet.sk abv.bg mail.bg inbox.lv inbox.lt
    qq.com foxmail.com 163.com 126.com yeah.net sina.com sina.cn sohu.com aliyun.com naver.com daum.net hanmail.net
    rediffmail.com uol.com.br bol.com.br terra.com.br comcast.net verizon.net att.net sbcglobal.net
    """.split()
)
